"""Records moved by whole weeks: weekdays, and the person's local time of day, stay what they were."""

import polars as pl

from models.local_time import to_local, to_utc
from models.point_in_time import row_key, zone_of_rows
from models.records import TABLES, Column, Kind, Records, Table

DAYS_A_MONTH = 30.436875
TIMES = frozenset({Kind.DAY, Kind.INSTANT})


def moved_by(records: Records, weeks: int) -> dict[str, pl.DataFrame]:
    """Every day and instant, those that stand as text in ``revisions`` too."""
    moved = {name: _moved(records, TABLES[name], frame, weeks) for name, frame in records.items()}
    if "revisions" in moved:
        moved["revisions"] = _moved_revisions(records, moved, weeks)
    return moved


def _moved(records: Records, table: Table, frame: pl.DataFrame, weeks: int) -> pl.DataFrame:
    zone = zone_of_rows(records, table, frame)
    return pl.DataFrame([_moved_column(column, frame[column.name], zone, weeks) for column in table.columns])


def _moved_column(column: Column, cells: pl.Series, zone: pl.Series, weeks: int) -> pl.Series:
    if column.kind is Kind.INSTANT:
        return to_utc(to_local(cells, zone).dt.offset_by(f"{weeks}w"), zone)
    if column.kind is Kind.DAY:
        return cells.dt.offset_by(_step(column, weeks))
    return cells


def _step(column: Column, weeks: int) -> str:
    """Months (``period``) stay months: as many whole ones as fit, so that none is known before it has ended."""
    return f"{int(weeks * 7 // DAYS_A_MONTH)}mo" if column.name == "period" else f"{weeks}w"


def _moved_revisions(before: Records, after: Records, weeks: int) -> pl.DataFrame:
    """Dates in the values of revisions, and in the keys of rows whose key holds a date."""
    value, key = pl.col("value"), pl.col("key")
    for table in TABLES.values():
        here = pl.col("table") == table.name
        for column in table.columns:
            if column.kind in TIMES and column.name not in table.key:
                moved = _as_text(_parsed(pl.col("value"), column).dt.offset_by(_step(column, weeks)), column)
                value = pl.when(here & (pl.col("column") == column.name)).then(moved).otherwise(value)
        if table.name in before and any(table.by_name[part].kind in TIMES for part in table.key):
            renamed = pl.col("key").replace(*(_keys(table, records) for records in (before, after)))
            key = pl.when(here).then(renamed).otherwise(key)
    return after["revisions"].with_columns(value=value, key=key)


def _keys(table: Table, records: Records) -> pl.Series:
    return records[table.name].select(row_key(table)).to_series()


def _parsed(text: pl.Expr, column: Column) -> pl.Expr:
    if column.kind is Kind.DAY:
        return text.str.to_date("%Y-%m-%d", strict=False)
    return text.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%#z", time_unit="us", time_zone="UTC", strict=False)


def _as_text(value: pl.Expr, column: Column) -> pl.Expr:
    return value.dt.to_string("%Y-%m-%d" if column.kind is Kind.DAY else "%Y-%m-%dT%H:%M:%S%.6fZ")
