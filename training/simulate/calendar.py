"""The days of the simulation: a number a day, with weeks, holidays and clocks.

Day 0 is the Monday `BURN_IN_WEEKS` before the history starts, so that on its first day the firm is in full swing. The
firm's back office (requests, bookings, milestones, forecasts) works by UTC office hours; people keep their local clock.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import polars as pl

from models.arrays import Flags, Floats, Ints
from training.simulate.world import REGIONS

START = dt.date(2024, 1, 1)
BURN_IN_WEEKS = 40
DAYS_A_WEEK = 7
WORKDAYS = 5
TUESDAY, FRIDAY = 1, 4
"""Days of the week, counted from Monday."""
MONTHS_A_YEAR = 12
DAYS_A_YEAR = 365.25
HOUR = 3_600_000_000
"""In microseconds."""
BEYOND = 900
"""Days of the calendar after the history, for dates that are planned but not reached."""
NEVER = np.iinfo(np.int32).max
"""The day of what does not happen."""
LONG_AGO = -100_000
"""Days before which there are no dates: what lies there is unknown."""
NOON = 12


@dataclass(frozen=True)
class Calendar:
    """``months`` of history from `START`. All arrays by day begin with the burn-in."""

    months: int

    @cached_property
    def end(self) -> dt.date:
        """The first day after the history: nothing that happens on it or later is written down."""
        years, month = divmod(START.month - 1 + self.months, MONTHS_A_YEAR)
        return dt.date(START.year + years, month + 1, 1)

    @property
    def first(self) -> int:
        """The first day of the history."""
        return BURN_IN_WEEKS * DAYS_A_WEEK

    @cached_property
    def days(self) -> int:
        """How many days there are, the burn-in included."""
        return self.first + (self.end - START).days

    @property
    def weeks(self) -> int:
        """How many weeks begin within the days."""
        return -(-self.days // DAYS_A_WEEK)

    @cached_property
    def day_zero(self) -> dt.date:
        """The date of day 0, a Monday."""
        return START - dt.timedelta(days=self.first)

    @cached_property
    def epoch_day(self) -> int:
        """Day 0 in days since 1970."""
        return (self.day_zero - dt.date(1970, 1, 1)).days

    @cached_property
    def dates(self) -> npt.NDArray[np.datetime64]:
        """Days and what lies beyond, as dates."""
        first = np.datetime64(self.day_zero, "D")
        return np.arange(first, first + self.days + BEYOND)

    @cached_property
    def month_of(self) -> Ints:
        """The number of the month of each day, since `START`'s."""
        months = self.dates.astype("datetime64[M]").astype(np.int64)
        start: Ints = months - np.datetime64(START, "M").astype(np.int64)
        return start

    @cached_property
    def days_to_month_end(self) -> Ints:
        """Days left in the month after each day."""
        months = self.dates.astype("datetime64[M]")
        left: Ints = ((months + 1).astype("datetime64[D]") - self.dates).astype(np.int64) - 1
        return left

    @cached_property
    def holidays(self) -> Flags:
        """Which days are holidays, (regions, days): fixed dates and those that move with Easter."""
        days = np.zeros((len(REGIONS), len(self.dates)), dtype=bool)
        for row, region in enumerate(REGIONS):
            for year in range(self.day_zero.year, self.day_zero.year + 2 + len(self.dates) // 365):
                feasts = [dt.date(year, *fixed) for fixed in region.holidays]
                feasts += [_easter(year) + dt.timedelta(days=shift) for shift in region.easter]
                numbers = np.array([(day - self.day_zero).days for day in feasts])
                days[row, numbers[(numbers >= 0) & (numbers < len(self.dates))]] = True
        return days

    @cached_property
    def offsets(self) -> Floats:
        """Hours by which local clocks are ahead of UTC at noon of each day, (regions, days)."""
        first = dt.datetime.combine(self.day_zero, dt.time(NOON), dt.UTC)
        noons = [first + dt.timedelta(days=day) for day in range(len(self.dates))]
        return np.array([[_hours_ahead(noon, ZoneInfo(region.zone)) for noon in noons] for region in REGIONS])

    def office(self, days: Ints, hours: Floats) -> Ints:
        """Instants in microseconds since 1970: that UTC hour of those days, to the minute."""
        midnight = (np.asarray(days) + self.epoch_day) * 24 * HOUR
        micros: Ints = (midnight + np.round(hours * 60) * (HOUR // 60)).astype(np.int64)
        return micros

    def office_hour(self, days: Ints, hour: float) -> Ints:
        """`office` with the same hour on each day."""
        return self.office(days, np.full(len(days), hour))

    def local(self, days: Ints, hours: Floats, region: Ints) -> Ints:
        """Instants in microseconds since 1970: that local hour of those days, by region."""
        return self.office(days, hours - self.offsets[region, np.clip(days, 0, len(self.dates) - 1)])

    def date_series(self, days: Ints | Floats) -> pl.Series:
        """Dates; null where the day is `NEVER` or before `LONG_AGO`."""
        numbers = np.asarray(days, dtype=np.int64)
        known = (numbers > LONG_AGO) & (numbers < NEVER)
        values = pl.Series(np.where(known, numbers + self.epoch_day, 0).astype(np.int32)).cast(pl.Date)
        return values.set(pl.Series(~known), None)

    def happened(self, micros: Ints) -> pl.Series:
        """Instants as the export shows them: null where they lie beyond its end."""
        values = pl.Series(np.asarray(micros, dtype=np.int64)).cast(pl.Datetime("us", "UTC"))
        beyond = np.asarray(micros) >= (self.days + self.epoch_day) * 24 * HOUR
        return values.set(pl.Series(beyond), None)

    def happened_at(self, days: Ints, hour: float) -> pl.Series:
        """That UTC hour of those days as the export shows it: null where it lies beyond its end, as `NEVER` does."""
        return self.happened(self.office_hour(np.minimum(days, self.days + 1), hour))

    def happened_on(self, days: Ints) -> pl.Series:
        """Days as the export shows them: null where they lie beyond its end."""
        return self.date_series(np.where(np.asarray(days) >= self.days, NEVER, days))


def week_of(days: Ints) -> Ints:
    """The week of each day; Monday begins it."""
    return np.asarray(days) // DAYS_A_WEEK


def next_workday(days: Ints) -> Ints:
    """The day itself, or the Monday after a weekend."""
    weekday = np.asarray(days) % DAYS_A_WEEK
    return np.asarray(days) + np.where(weekday >= WORKDAYS, DAYS_A_WEEK - weekday, 0)


def add_workdays(days: Ints, count: Ints) -> Ints:
    """That many working days (Monday to Friday) later."""
    start = next_workday(days)
    index = start // DAYS_A_WEEK * WORKDAYS + start % DAYS_A_WEEK + count
    later: Ints = index // WORKDAYS * DAYS_A_WEEK + index % WORKDAYS
    return later


def _hours_ahead(at: dt.datetime, zone: ZoneInfo) -> float:
    ahead = at.astimezone(zone).utcoffset()
    assert ahead is not None
    return ahead.total_seconds() / 3600


def _easter(year: int) -> dt.date:
    """Easter Sunday (Meeus, Jones and Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (a + 11 * h) // 319
    r = (2 * e + 2 * i - k - h + m + 32) % 7
    month = (h - m + r + 90) // 25
    return dt.date(year, month, (h - m + r + month + 19) % 32)
