"""The clock of a time sheet agrees with the wall clocks of its people."""

import datetime as dt
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.missing_time.week import MOMENTS, cutoff, moment
from tests.models.missing_time import by_hand

ZONES = ("UTC", "Europe/London", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "Pacific/Honolulu")
CLOCKS = {"day_start": 0, "day_end": 18, "friday": 12}


def at(name: str, day: dt.date, zone: str | None) -> str:
    days, zones = pl.Series([day]), pl.Series([zone], dtype=pl.String)
    instant = cutoff(days, zones) if name == "cutoff" else moment(name, days, zones)
    return f"{instant[0]:%Y-%m-%dT%H:%MZ}"


WEDNESDAY = dt.date(2024, 3, 6)


@pytest.mark.parametrize(
    ("zone", "name", "instant"),
    [
        ("Europe/London", "day_start", "2024-03-06T00:00Z"),
        ("Europe/London", "day_end", "2024-03-06T18:00Z"),
        ("Europe/London", "friday", "2024-03-08T12:00Z"),
        ("Europe/London", "cutoff", "2024-03-11T12:00Z"),
        (None, "cutoff", "2024-03-11T12:00Z"),
        ("Asia/Kolkata", "day_start", "2024-03-05T18:30Z"),
        ("Asia/Kolkata", "cutoff", "2024-03-11T06:30Z"),
        ("America/New_York", "day_end", "2024-03-06T23:00Z"),
        ("America/New_York", "friday", "2024-03-08T17:00Z"),
        ("America/New_York", "cutoff", "2024-03-11T16:00Z"),  # the clocks went forward on Sunday the 10th
    ],
)
def test_the_worked_example_holds_in_every_zone(zone, name, instant):
    assert at(name, WEDNESDAY, zone) == instant


@pytest.mark.parametrize(
    ("day", "instant"),
    [
        (dt.date(2024, 10, 21), "2024-10-28T12:00Z"),
        (dt.date(2024, 10, 27), "2024-10-28T12:00Z"),
        (dt.date(2024, 10, 28), "2024-11-04T12:00Z"),
        (dt.date(2024, 3, 25), "2024-04-01T11:00Z"),
    ],
    ids=["Monday", "Sunday, when the clocks go back", "Monday after", "before summer time"],
)
def test_a_week_runs_from_monday_to_sunday_and_closes_at_noon_by_the_wall(day, instant):
    assert at("cutoff", day, "Europe/London") == instant


@given(st.lists(st.tuples(st.dates(dt.date(2000, 1, 1), dt.date(2035, 1, 1)), st.sampled_from(ZONES)), min_size=1))
def test_every_moment_shows_its_hour_on_the_wall(rows):
    days, zones = pl.Series([day for day, _ in rows]), pl.Series([zone for _, zone in rows])
    assert cutoff(days, zones).to_list() == [by_hand.cutoff(day, zone) for day, zone in rows]
    for name in MOMENTS:
        for instant, (day, zone) in zip(moment(name, days, zones), rows, strict=True):
            local = instant.astimezone(ZoneInfo(zone))
            wanted = day - dt.timedelta(days=day.weekday() - 4) if name == "friday" else day
            assert (local.date(), local.hour, local.minute) == (wanted, CLOCKS[name], 0)


def test_an_unknown_moment_is_named_with_those_there_are():
    with pytest.raises(ValueError, match="'noon' is no moment; expected one of day_start, day_end, friday"):
        at("noon", WEDNESDAY, None)
