"""Instants and the days that people live through, for whole columns with a zone per row.

Zones are IANA names. A null zone, or one that this machine does not know, is read as UTC (``models.checks`` warns of
the latter). Every function takes two series of one length, and works one distinct zone at a time, so that the cost
grows with the rows and not with the zones.
"""

import datetime as dt
from collections.abc import Callable
from functools import cache

import polars as pl
from polars.exceptions import PolarsError

UTC_INSTANT = pl.Datetime("us", "UTC")
LOCAL_INSTANT = pl.Datetime("us")

_GAP_REACH_SECONDS = 26 * 3600
"""No zone is further than this from UTC, so the transition behind a gap lies within it on either side."""


@cache
def is_zone(name: str) -> bool:
    """Whether Polars can convert to the zone: its own list is the one that counts here."""
    try:
        pl.Series([0], dtype=UTC_INSTANT).dt.convert_time_zone(name)
    except PolarsError:
        return False
    return True


def to_utc(local: pl.Series, zone: pl.Series) -> pl.Series:
    """The instants at which wall clocks in ``zone`` show ``local``.

    A time that a clock shows twice is the earlier of both; one that it skips is the first instant after the gap.
    """
    return _by_zone(local.cast(LOCAL_INSTANT), zone, _to_utc_in, UTC_INSTANT)


def to_local(instant: pl.Series, zone: pl.Series) -> pl.Series:
    """What wall clocks in ``zone`` show at ``instant``, without a zone."""
    return _by_zone(instant.cast(UTC_INSTANT), zone, _to_local_in, LOCAL_INSTANT)


def local_day(instant: pl.Series, zone: pl.Series) -> pl.Series:
    """The date on calendars in ``zone`` at ``instant``."""
    return to_local(instant, zone).cast(pl.Date)


def start_of_day(day: pl.Series, zone: pl.Series) -> pl.Series:
    """The first instant of the local day. Where midnight is skipped, the first instant after the gap."""
    return to_utc(day.cast(LOCAL_INSTANT), zone)


def end_of_day(day: pl.Series, zone: pl.Series) -> pl.Series:
    """The last microsecond of the local day: one before the next day starts."""
    next_start = start_of_day(day.dt.offset_by("1d"), zone)
    return next_start.dt.offset_by("-1us")


def last_instant(day: dt.date) -> dt.datetime:
    """The last microsecond of a day that has no zone, UTC: the instant that a deadline given as a date means."""
    return dt.datetime.combine(day, dt.time.max, dt.UTC)


def _by_zone(
    values: pl.Series, zone: pl.Series, convert: Callable[[pl.Series, str], pl.Series], dtype: pl.DataType
) -> pl.Series:
    if values.is_empty():
        return pl.Series(values.name, [], dtype=dtype)
    names = zone.cast(pl.String).fill_null("UTC")
    if names.n_unique() == 1:
        return convert(values, _readable(names[0])).alias(values.name)
    frame = pl.DataFrame({"value": values, "zone": names}).with_row_index("row")
    parts = [
        part.select("row", convert(part["value"], _readable(name)).alias("value"))
        for (name,), part in frame.partition_by("zone", as_dict=True).items()
    ]
    return pl.concat(parts).sort("row")["value"].alias(values.name)


def _readable(zone: str) -> str:
    return zone if is_zone(zone) else "UTC"


def _to_local_in(instant: pl.Series, zone: str) -> pl.Series:
    return instant.dt.convert_time_zone(zone).dt.replace_time_zone(None)


def _to_utc_in(local: pl.Series, zone: str) -> pl.Series:
    instant = local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null").dt.convert_time_zone("UTC")
    skipped = instant.is_null() & local.is_not_null()
    if not skipped.any():
        return instant
    filled = pl.DataFrame({"local": local.filter(skipped), "row": skipped.arg_true()})
    filled = filled.with_columns(_after_gap(filled["local"], zone).alias("instant"))
    return instant.scatter(filled["row"], filled["instant"])


def _after_gap(local: pl.Series, zone: str) -> pl.Series:
    """The first instant, to the second, at which the clock shows ``local`` or later: transitions are whole seconds."""
    reach = pl.duration(seconds=_GAP_REACH_SECONDS)
    wanted = pl.col("local")
    as_utc = wanted.dt.replace_time_zone("UTC")
    frame = pl.DataFrame({"local": local}).with_columns(before=as_utc - reach, after=as_utc + reach)
    for _ in range(_GAP_REACH_SECONDS.bit_length() + 1):
        half = (pl.col("before") + (pl.col("after") - pl.col("before")) / 2).dt.round("1s")
        reached = pl.col("half").dt.convert_time_zone(zone).dt.replace_time_zone(None) >= wanted
        frame = frame.with_columns(half=half).with_columns(
            before=pl.when(reached).then("before").otherwise("half"),
            after=pl.when(reached).then("half").otherwise("after"),
        )
    return frame["after"].dt.truncate("1s")
