"""The clock of a time sheet: when a day starts, when it is asked about, and when its week closes.

A worked example, for a person in London and Wednesday 6 March 2024: the day starts at 00:00 on the 6th, it is asked
about then (``day_start``), at 18:00 on the 6th (``day_end``) and at 12:00 on Friday the 8th (``friday``), and its week
closes at 12:00 on Monday the 11th (the cutoff). All are wall-clock times in the person's zone.
"""

import polars as pl

from models.local_time import start_of_day, to_utc

MOMENTS = ("day_start", "day_end", "friday")
DAY_END_HOUR = 18
FRIDAY_HOUR = 12
CUTOFF_HOUR = 12


def cutoff(day: pl.Series, zone: pl.Series) -> pl.Series:
    """The instant at which time for ``day`` counts as missing: Monday 12:00 local after the day's week."""
    return _at(day.dt.truncate("1w").dt.offset_by("7d"), CUTOFF_HOUR, zone)


def moment(name: str, day: pl.Series, zone: pl.Series) -> pl.Series:
    """The instant of the named moment of ``day``. On Saturday and Sunday ``friday`` lies before the day itself."""
    match name:
        case "day_start":
            return start_of_day(day, zone)
        case "day_end":
            return _at(day, DAY_END_HOUR, zone)
        case "friday":
            return _at(day.dt.truncate("1w").dt.offset_by("4d"), FRIDAY_HOUR, zone)
    raise ValueError(f"{name!r} is no moment; expected one of {', '.join(MOMENTS)}")


def _at(day: pl.Series, hour: int, zone: pl.Series) -> pl.Series:
    return to_utc(day.cast(pl.Datetime("us")).dt.offset_by(f"{hour}h"), zone)
