"""Local time agrees with the standard library's zones, row by row."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.local_time import end_of_day, local_day, start_of_day, to_local, to_utc

ZONES = (
    "UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "America/Havana", "Asia/Kolkata", "Asia/Kathmandu",
    "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kiritimati", "Africa/Cairo", "Asia/Beirut", "America/St_Johns",
)  # fmt: skip
MICROSECOND = timedelta(microseconds=1)

zones = st.sampled_from(ZONES)
moments = st.datetimes(datetime(1980, 1, 1), datetime(2037, 1, 1))
days = st.dates(date(1980, 1, 1), date(2037, 1, 1))


def series(*values: object) -> pl.Series:
    return pl.Series("x", list(values))


def expected_instant(local: datetime, zone: str) -> datetime:
    """The earliest instant that shows ``local``, or the first after the gap that swallowed it."""
    instant = local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)
    if instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local:
        return instant
    second = instant.replace(microsecond=0) - timedelta(hours=25)
    step = timedelta(hours=25)
    while step >= timedelta(seconds=1):
        while (second + step).astimezone(ZoneInfo(zone)).replace(tzinfo=None) < local:
            second += step
        step = timedelta(seconds=step.total_seconds() // 2)
    return second + timedelta(seconds=1)


@given(st.lists(st.tuples(moments, zones), min_size=1, max_size=20))
def test_a_local_time_becomes_the_instant_that_the_zone_database_says(rows):
    found = to_utc(series(*(local for local, _ in rows)), series(*(zone for _, zone in rows)))
    assert found.to_list() == [expected_instant(local, zone) for local, zone in rows]


@given(st.lists(st.tuples(moments, zones), min_size=1, max_size=20))
def test_the_local_day_of_an_instant_is_what_the_calendar_on_the_wall_shows(rows):
    instants = [moment.replace(tzinfo=UTC) for moment, _ in rows]
    found = local_day(series(*instants), series(*(zone for _, zone in rows)))
    assert found.to_list() == [
        instant.astimezone(ZoneInfo(zone)).date() for instant, (_, zone) in zip(instants, rows, strict=True)
    ]


@given(days, zones)
def test_a_day_ends_one_microsecond_before_the_next_one_starts(day, zone):
    end = end_of_day(series(day), series(zone))[0]
    assert end + MICROSECOND == start_of_day(series(day + timedelta(days=1)), series(zone))[0]


@given(moments, zones)
def test_a_local_time_that_exists_survives_the_way_there_and_back(moment, zone):
    local = to_local(series(moment.replace(tzinfo=UTC)), series(zone))
    assert to_local(to_utc(local, series(zone)), series(zone)).to_list() == local.to_list()


@pytest.mark.parametrize(
    ("local", "zone", "instant"),
    [
        (datetime(2024, 3, 31, 2, 30), "Europe/Berlin", "2024-03-31T01:00:00+00:00"),
        (datetime(2024, 10, 27, 2, 30), "Europe/Berlin", "2024-10-27T00:30:00+00:00"),
        (datetime(2011, 12, 30, 12), "Pacific/Apia", "2011-12-30T10:00:00+00:00"),
        (datetime(2024, 4, 26, 0, 0), "Africa/Cairo", "2024-04-25T22:00:00+00:00"),
        (datetime(2024, 1, 1, 9), None, "2024-01-01T09:00:00+00:00"),
        (datetime(2024, 1, 1, 9), "Mars/Olympus", "2024-01-01T09:00:00+00:00"),
        (datetime(16, 2, 3, 9), "UTC", "0016-02-03T09:00:00+00:00"),
        (None, "Europe/Berlin", None),
    ],
)
def test_skipped_doubled_and_unknown_hours_have_one_meaning(local, zone, instant):
    found = to_utc(pl.Series([local], dtype=pl.Datetime("us")), pl.Series([zone], dtype=pl.String))[0]
    assert (found and found.isoformat()) == instant


def test_no_rows_are_no_rows():
    assert end_of_day(pl.Series([], dtype=pl.Date), pl.Series([], dtype=pl.String)).to_list() == []
