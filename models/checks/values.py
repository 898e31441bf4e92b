"""Single cells and cells of one row: required, bounds, choices, dates out of this world, ends before starts."""

from collections.abc import Iterator
from datetime import date, timedelta

import polars as pl

from models.findings import Finding, cells_where, error, warning
from models.local_time import is_zone
from models.records import Column, Kind, Table

EARLIEST = date(1990, 1, 1)
LATEST = date(2100, 12, 31)

_LONGEST_DAY = timedelta(hours=25)
_LAST_MICROSECOND = 999_999


def missing_values(table: Table, frame: pl.DataFrame, unread: dict[str, pl.Series]) -> Iterator[Finding]:
    """Required cells without a value; ``unread`` holds, by column, the positions that reading has already refused."""
    for column in table.columns:
        if not column.required:
            continue
        missing = frame[column.name].is_null()
        if column.name in unread:
            missing = missing.scatter(unread[column.name], values=False)
        if missing.any():
            yield error("missing_value", table.name, column.name, "a value", cells_where(missing))


def out_of_bounds(table: Table, frame: pl.DataFrame) -> Iterator[Finding]:
    for column in table.columns:
        cells = frame[column.name]
        unit = f" {column.unit}" if column.unit else ""
        if column.low is not None and (bad := cells < column.low).any():
            yield error("too_low", table.name, column.name, f"at least {column.low:g}{unit}", cells_where(bad, cells))
        if column.high is not None and (bad := cells > column.high).any():
            yield error("too_high", table.name, column.name, f"at most {column.high:g}{unit}", cells_where(bad, cells))


def not_among_choices(table: Table, frame: pl.DataFrame) -> Iterator[Finding]:
    for column in table.columns:
        if not column.choices:
            continue
        cells = frame[column.name]
        bad = ~cells.is_in(list(column.choices))
        if bad.any():
            expected = f"one of {', '.join(column.choices)}"
            yield error("not_a_choice", table.name, column.name, expected, cells_where(bad, cells))


def impossible_dates(table: Table, frame: pl.DataFrame) -> Iterator[Finding]:
    for column in table.columns:
        if column.kind not in {Kind.DAY, Kind.INSTANT}:
            continue
        cells = frame[column.name]
        bad = (cells < _first(column)) | (cells > _last(column))
        if bad.any():
            expected = f"a date from {EARLIEST} to {LATEST}; leave an open end empty"
            yield error("impossible_date", table.name, column.name, expected, cells_where(bad, _as_text(cells)))


def ends_before_starts(table: Table, frame: pl.DataFrame) -> Iterator[Finding]:
    """``Table.ordered``. A start given as a bare date is kept as that day's end, so its own end may stand before it."""
    for first, second in table.ordered:
        start, end = frame[first], frame[second]
        bad = end < start
        if not bad.any():
            continue
        if table.by_name[first].kind is Kind.INSTANT:
            bare = start.dt.microsecond() == _LAST_MICROSECOND
            bad &= ~(bare & (end > start - _LONGEST_DAY))
        if bad.any():
            expected = f"{second} not before {first}"
            yield error("end_before_start", table.name, second, expected, cells_where(bad, _as_text(end)))


def unknown_zones(table: Table, frame: pl.DataFrame) -> Iterator[Finding]:
    if "timezone" not in table.by_name:
        return
    zones = frame["timezone"]
    bad = zones.is_in([name for name in zones.drop_nulls().unique() if not is_zone(name)])
    if bad.any():
        expected = "an IANA time zone such as Europe/Berlin; UTC is assumed"
        yield warning("unknown_zone", table.name, "timezone", expected, cells_where(bad, zones))


def _first(column: Column) -> pl.Series:
    return pl.Series([EARLIEST]).cast(column.dtype)


def _last(column: Column) -> pl.Series:
    """The last day itself, and for an instant the end of it."""
    if column.kind is Kind.DAY:
        return pl.Series([LATEST])
    return pl.Series([LATEST + timedelta(days=1)]).cast(column.dtype)


def _as_text(cells: pl.Series) -> pl.Series:
    return cells.dt.to_string("iso:strict") if isinstance(cells.dtype, pl.Datetime) else cells.cast(pl.String)
