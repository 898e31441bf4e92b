"""Days, working days, holidays and clocks."""

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.simulate.calendar import (
    BEYOND,
    DAYS_A_WEEK,
    NEVER,
    START,
    WORKDAYS,
    Calendar,
    add_workdays,
    next_workday,
    week_of,
)
from training.simulate.world import REGIONS

CALENDAR = Calendar(24)
REGION = {region.code: number for number, region in enumerate(REGIONS)}
DAYS = st.integers(0, CALENDAR.days + BEYOND - 1)


def on(text):
    """The number of a date's day."""
    return (dt.date.fromisoformat(text) - CALENDAR.day_zero).days


@pytest.mark.parametrize(
    ("months", "end"), [(3, "2024-04-01"), (12, "2025-01-01"), (23, "2025-12-01"), (60, "2029-01-01")]
)
def test_a_history_ends_with_its_last_month(months, end):
    calendar = Calendar(months)
    assert calendar.end == dt.date.fromisoformat(end)
    assert calendar.dates[calendar.days].item() == calendar.end
    assert calendar.dates[calendar.first].item() == START
    assert calendar.day_zero.weekday() == 0
    assert (calendar.weeks - 1) * DAYS_A_WEEK < calendar.days <= calendar.weeks * DAYS_A_WEEK


@given(DAYS)
def test_each_day_is_in_its_week_and_month(day):
    date = CALENDAR.dates[day].item()
    assert date.weekday() == day % DAYS_A_WEEK
    assert week_of(np.array([day]))[0] == day // DAYS_A_WEEK
    assert CALENDAR.month_of[day] == (date.year - START.year) * 12 + date.month - START.month
    assert (date + dt.timedelta(days=int(CALENDAR.days_to_month_end[day]) + 1)).day == 1


@given(st.integers(-5000, 5000), st.integers(0, 400))
def test_working_days_add_up_as_they_are_counted_one_by_one(day, count):
    reached = int(next_workday(np.array([day]))[0])
    assert reached % DAYS_A_WEEK < WORKDAYS
    assert 0 <= reached - day <= 2
    for _ in range(count):
        reached += 1
        while reached % DAYS_A_WEEK >= WORKDAYS:
            reached += 1
    assert add_workdays(np.array([day]), np.array([count]))[0] == reached


@given(st.integers(-2000, 2000), st.integers(0, 200), st.integers(0, 200))
def test_working_days_may_be_added_in_two_steps(day, first, second):
    start = np.array([day])
    assert add_workdays(add_workdays(start, first), second) == add_workdays(start, first + second)


@given(DAYS, st.floats(0, 24), st.sampled_from(range(len(REGIONS))))
def test_a_local_hour_is_what_the_clock_on_the_wall_shows(day, hour, region):
    """But for the days on which clocks change, before they did: people are at work by then."""
    hour = round(hour * 60) / 60
    micros = int(CALENDAR.local(np.array([day]), np.array([hour]), np.array([region]))[0])
    at = dt.datetime.fromtimestamp(micros // 1_000_000, dt.UTC).astimezone(ZoneInfo(REGIONS[region].zone))
    midnight = dt.datetime.combine(CALENDAR.dates[day].item(), dt.time())
    shown = at.replace(tzinfo=None) - midnight
    changes = abs(
        CALENDAR.offsets[region, max(day - 1, 0)] - CALENDAR.offsets[region, min(day + 1, len(CALENDAR.dates) - 1)]
    )
    assert abs(shown - dt.timedelta(hours=hour)) <= dt.timedelta(hours=float(changes))
    if 9 <= hour < 23:
        assert shown == dt.timedelta(hours=hour)


@pytest.mark.parametrize(
    ("region", "date", "ahead"),
    [
        ("GB", "2024-03-30", 0), ("GB", "2024-03-31", 1), ("US", "2024-03-09", -5), ("US", "2024-03-10", -4),
        ("DE", "2024-10-26", 2), ("DE", "2024-10-27", 1), ("IN", "2024-07-01", 5.5), ("AU", "2024-01-01", 11),
    ],
)  # fmt: skip
def test_clocks_change_where_they_do(region, date, ahead):
    assert CALENDAR.offsets[REGION[region], on(date)] == ahead


@given(DAYS, st.integers(0, 24 * 60))
def test_office_hours_are_utc_to_the_minute(day, minutes):
    micros = int(CALENDAR.office(np.array([day]), np.array([minutes / 60]))[0])
    midnight = dt.datetime.combine(CALENDAR.dates[day].item(), dt.time(), dt.UTC)
    assert dt.datetime.fromtimestamp(micros / 1e6, dt.UTC) == midnight + dt.timedelta(minutes=minutes)
    assert CALENDAR.office_hour(np.array([day]), minutes / 60)[0] == micros


@pytest.mark.parametrize(
    ("region", "date", "free"),
    [
        ("GB", "2024-03-29", True), ("GB", "2024-04-01", True), ("GB", "2025-04-18", True), ("GB", "2025-04-21", True),
        ("DE", "2024-05-09", True), ("DE", "2024-05-20", True), ("DE", "2024-10-03", True), ("PL", "2024-05-30", True),
        ("US", "2024-07-04", True), ("US", "2024-04-01", False), ("IN", "2024-08-15", True), ("AU", "2025-01-26", True),
        ("GB", "2024-07-04", False), ("DE", "2023-12-25", True),
    ],
)  # fmt: skip
def test_holidays_are_where_the_year_and_easter_put_them(region, date, free):
    assert CALENDAR.holidays[REGION[region], on(date)] == free


@given(st.lists(st.one_of(DAYS, st.just(NEVER)), min_size=1, max_size=20), st.floats(0, 23.9))
def test_the_export_shows_what_lies_before_its_end_and_nothing_else(days, hour):
    days = np.array(days)
    shown, dates = CALENDAR.happened_at(days, hour), CALENDAR.happened_on(days)
    before = (days < CALENDAR.days).tolist()
    assert shown.is_not_null().to_list() == dates.is_not_null().to_list() == before
    end = dt.datetime.combine(CALENDAR.end, dt.time(), dt.UTC)
    assert (shown.drop_nulls() < end).all()
    assert shown.dt.date().drop_nulls().to_list() == dates.drop_nulls().to_list()


def test_days_that_never_come_or_were_long_ago_have_no_date():
    dates = CALENDAR.date_series(np.array([0, -3000, NEVER, -200_000]))
    assert dates.to_list() == [CALENDAR.day_zero, CALENDAR.day_zero - dt.timedelta(days=3000), None, None]
    assert dates.dtype == pl.Date
