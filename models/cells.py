"""One column as it arrived (text, numbers, dates, timestamps) becomes the canonical kind, cell by cell.

A cell that does not parse becomes null and is pointed at; nothing is guessed. Empty text is null.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from models.local_time import UTC_INSTANT, end_of_day
from models.records import Kind

DATE_FORMAT = "%Y-%m-%d"
DATE_LENGTH = 10
INSTANT_FORMAT = "%Y-%m-%dT%H:%M:%S%.f%#z"
DATE_LIKE = r"^\d{4}-\d{2}-\d{2}$"
INSTANT_LIKE = r"^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}"
ZONE_AT_END = r"([Zz]|[+-]\d{2}(:?\d{2})?)$"
FLAGS = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}

EXPECTED: Mapping[str, str] = {
    "not_text": "text in one cell, not a list or an object",
    "not_a_number": "a number with a decimal point and no thousands separator, like 1234.5",
    "not_an_integer": "a whole number, like 3",
    "not_a_flag": "true or false (also yes/no, 1/0)",
    "not_a_date": "a date written YYYY-MM-DD",
    "instant_in_a_day": "a date written YYYY-MM-DD, without a time of day",
    "not_an_instant": "an instant in ISO 8601 with its zone, like 2026-03-31T17:00:00+02:00",
    "instant_without_zone": "an instant with its zone, like 2026-03-31T17:00:00+02:00 or …Z",
}


@dataclass(frozen=True)
class Parsed:
    """The canonical values, and by code which cells were refused. ``whole`` marks a column that is refused by type."""

    values: pl.Series
    refused: Mapping[str, pl.Series]
    whole: bool = False


def parse(kind: Kind, cells: pl.Series, zone: pl.Series | None) -> Parsed:
    """``zone`` names the zone of each row, for bare dates where an instant is wanted; None means UTC."""
    if cells.dtype == pl.Null:
        return Parsed(cells.cast(kind.dtype), {})
    if isinstance(cells.dtype, pl.Categorical | pl.Enum):
        cells = cells.cast(pl.String)
    if cells.dtype == pl.String:
        cells = _without_blanks(cells)
    if kind is Kind.INSTANT:
        return _instant(cells, zone)
    return _PARSERS[kind](cells)


def _without_blanks(text: pl.Series) -> pl.Series:
    stripped = text.str.strip_chars()
    return stripped.set(stripped == "", None)


def _text(cells: pl.Series) -> Parsed:
    if cells.dtype.is_nested() or cells.dtype in {pl.Binary, pl.Object}:
        return _refuse_whole(Kind.TEXT, cells, "not_text")
    if cells.dtype.is_float():
        whole = (cells == cells.round()).all() and cells.is_nan().sum() == 0
        cells = cells.cast(pl.Int64) if whole else cells.fill_nan(None)
    return Parsed(cells.cast(pl.String), {})


def _number(cells: pl.Series) -> Parsed:
    if cells.dtype == pl.String:
        numbers = cells.cast(pl.Float64, strict=False)
        return _parsed(cells, numbers.set(~numbers.is_finite(), None), "not_a_number")
    if cells.dtype.is_numeric():
        numbers = cells.cast(pl.Float64).fill_nan(None)
        return _parsed(numbers, numbers.set(numbers.is_infinite(), None), "not_a_number")
    return _refuse_whole(Kind.NUMBER, cells, "not_a_number")


def _integer(cells: pl.Series) -> Parsed:
    number = _number(cells)
    if number.whole:
        return _refuse_whole(Kind.INTEGER, cells, "not_an_integer")
    whole = number.values.set(number.values != number.values.round(), None)
    given = cells.fill_nan(None) if cells.dtype.is_float() else cells
    return _parsed(given, whole.cast(pl.Int64, strict=False), "not_an_integer")


def _flag(cells: pl.Series) -> Parsed:
    if cells.dtype == pl.Boolean:
        return Parsed(cells, {})
    if cells.dtype == pl.String or cells.dtype.is_integer():
        text = cells.cast(pl.String).str.to_lowercase()
        flags = text.replace_strict(list(FLAGS), list(FLAGS.values()), default=None, return_dtype=pl.Boolean)
        return _parsed(cells, flags, "not_a_flag")
    return _refuse_whole(Kind.FLAG, cells, "not_a_flag")


def _day(cells: pl.Series) -> Parsed:
    if cells.dtype == pl.Date:
        return Parsed(cells, {})
    if isinstance(cells.dtype, pl.Datetime):
        return _day_of_timestamps(cells)
    if cells.dtype != pl.String:
        return _refuse_whole(Kind.DAY, cells, "not_a_date")
    days = cells.str.to_date(DATE_FORMAT, strict=False)
    days = days.set(cells.str.len_bytes() != DATE_LENGTH, None)
    bad = _lost(cells, days)
    if not bad.any():
        return Parsed(days, {})
    instants = bad & cells.str.contains(INSTANT_LIKE)
    return Parsed(days, _only_found({"instant_in_a_day": instants, "not_a_date": bad & ~instants}))


def _day_of_timestamps(cells: pl.Series) -> Parsed:
    """Midnights without a zone are how many tools store dates; anything else is an instant in the wrong place."""
    if isinstance(cells.dtype, pl.Datetime) and cells.dtype.time_zone is not None:
        return _refuse_whole(Kind.DAY, cells, "instant_in_a_day")
    midnight = cells == cells.dt.truncate("1d")
    return _parsed(cells, cells.dt.date().set(~midnight, None), "instant_in_a_day")


def _instant(cells: pl.Series, zone: pl.Series | None) -> Parsed:
    if isinstance(cells.dtype, pl.Datetime):
        if cells.dtype.time_zone is None:
            return _refuse_whole(Kind.INSTANT, cells, "instant_without_zone")
        return Parsed(cells.dt.convert_time_zone("UTC").cast(UTC_INSTANT), {})
    if cells.dtype == pl.Date:
        return Parsed(_end_of_days(cells, zone, cells.is_not_null()), {})
    if cells.dtype != pl.String:
        return _refuse_whole(Kind.INSTANT, cells, "not_an_instant")
    instants = cells.str.to_datetime(INSTANT_FORMAT, time_unit="us", time_zone="UTC", strict=False)
    left = _lost(cells, instants)
    if not left.any():
        return Parsed(instants, {})
    return _odd_instants(cells, instants, left, zone)


def _odd_instants(cells: pl.Series, instants: pl.Series, left: pl.Series, zone: pl.Series | None) -> Parsed:
    """The cells that are not in the usual form: other ways that ISO 8601 allows, bare dates, and the bad ones."""
    rows = left.arg_true()
    usual = _usual_form(cells.gather(rows))
    instants = instants.scatter(
        rows, usual.str.to_datetime(INSTANT_FORMAT, time_unit="us", time_zone="UTC", strict=False)
    )
    left = _lost(cells, instants)
    bare = left & cells.str.contains(DATE_LIKE)
    if bare.any():
        days = cells.set(~bare, None).str.to_date(DATE_FORMAT, strict=False)
        instants = instants.zip_with(~bare, _end_of_days(days, zone, bare))
        left = _lost(cells, instants)
    without_zone = left & cells.str.contains(INSTANT_LIKE) & ~cells.str.contains(ZONE_AT_END)
    return Parsed(instants, _only_found({"instant_without_zone": without_zone, "not_an_instant": left & ~without_zone}))


def _usual_form(text: pl.Series) -> pl.Series:
    return (
        text.str.to_uppercase()
        .str.replace(r"^(\d{4}-\d{2}-\d{2}) +", "${1}T")
        .str.replace(r"^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}),(\d)", "${1}.${2}")
        .str.replace(r"^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(Z|[+-])", "${1}:00${2}")
        .str.replace(r" +(UTC|Z)$|UTC$", "Z")
        .str.replace(r" +([+-]\d{2}(:?\d{2})?)$", "${1}")
    )


def _end_of_days(days: pl.Series, zone: pl.Series | None, wanted: pl.Series) -> pl.Series:
    rows = wanted.fill_null(value=False).arg_true()
    zones = pl.Series([None], dtype=pl.String).new_from_index(0, rows.len()) if zone is None else zone.gather(rows)
    nothing = pl.Series(days.name, [None], dtype=UTC_INSTANT).new_from_index(0, days.len())
    return nothing.scatter(rows, end_of_day(days.gather(rows), zones))


def _lost(given: pl.Series, values: pl.Series) -> pl.Series:
    return given.is_not_null() & values.is_null()


def _parsed(given: pl.Series, values: pl.Series, code: str) -> Parsed:
    return Parsed(values, _only_found({code: _lost(given, values)}))


def _only_found(refused: Mapping[str, pl.Series]) -> Mapping[str, pl.Series]:
    return {code: bad for code, bad in refused.items() if bad.any()}


def _refuse_whole(kind: Kind, cells: pl.Series, code: str) -> Parsed:
    nothing = pl.Series(cells.name, [None], dtype=kind.dtype).new_from_index(0, cells.len())
    return Parsed(nothing, _only_found({code: cells.is_not_null()}), whole=True)


_PARSERS: Mapping[Kind, Callable[[pl.Series], Parsed]] = {
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.INTEGER: _integer,
    Kind.FLAG: _flag,
    Kind.DAY: _day,
}
