"""Records as they stood at the end of a day: what is known later is gone, what happens later is null."""

from datetime import date

import polars as pl

from models.local_time import end_of_day
from models.point_in_time import known_rows, zone_of_rows
from models.records import TABLES, Column, Kind, Records


def cut_off(records: Records, last_day: date) -> dict[str, pl.DataFrame]:
    """Rows that lose a parent they must have go too; a reference they can do without becomes null."""
    cut = {name: _known(records, name, frame, last_day) for name, frame in records.items()}
    heights: dict[str, int] = {}
    while heights != (heights := {name: frame.height for name, frame in cut.items()}):
        for name in cut:
            cut[name] = _without_lost_parents(records, cut, name)
    return cut


def _known(records: Records, name: str, frame: pl.DataFrame, last_day: date) -> pl.DataFrame:
    zone = zone_of_rows(records, TABLES[name], frame)
    until = end_of_day(pl.repeat(last_day, frame.height, dtype=pl.Date, eager=True), zone)
    cells = [_happened(column, name, frame, until, last_day) for column in TABLES[name].columns]
    return pl.DataFrame(cells).filter(known_rows(records, name)["known_at"] <= until)


def _happened(column: Column, name: str, frame: pl.DataFrame, until: pl.Series, last_day: date) -> pl.Series:
    """The cells of a happening, null where all that could tell of it lies later."""
    cells = frame[column.name]
    if not column.told_by:
        return cells
    told, known = (pl.repeat(value=False, n=frame.height, dtype=pl.Boolean, eager=True) for _ in range(2))
    for source in column.told_by:
        telling = frame[source]
        limit = until if TABLES[name].by_name[source].kind is Kind.INSTANT else last_day
        told |= telling.is_not_null()
        known |= (telling <= limit).fill_null(value=False)
    return cells.set(told & ~known, None)


def _without_lost_parents(before: Records, after: Records, name: str) -> pl.DataFrame:
    frame = after[name]
    for column in TABLES[name].columns:
        if column.references is None or column.references not in before:
            continue
        key = TABLES[column.references].key[0]
        lost = before[column.references].join(after[column.references], on=key, how="anti")[key]
        orphaned = frame[column.name].is_in(lost.implode()).fill_null(value=False)
        if column.required:
            frame = frame.filter(~orphaned)
        else:
            frame = frame.with_columns(frame[column.name].set(orphaned, None))
    return frame
