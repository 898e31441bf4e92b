"""Until when a milestone must be billed: working days after it was due."""

import datetime as dt

import polars as pl
import pytest

from models.milestone_miss.deadline import deadline_days, end_of
from tests.models.future import frames, row

HOLIDAYS = frames({
    "holidays": [row("holidays", region="GB", on=dt.date(2025, 4, day)) for day in (18, 21)]
    + [row("holidays", region="US", on=dt.date(2025, 7, 4))]
})  # fmt: skip


@pytest.mark.parametrize(
    ("due_on", "region", "working_days", "last"),
    [
        ("2025-03-20", None, 5, "2025-03-27"),
        ("2025-03-21", None, 5, "2025-03-28"),
        ("2025-03-22", None, 5, "2025-03-28"),
        ("2025-03-23", None, 5, "2025-03-28"),
        ("2025-03-24", None, 5, "2025-03-31"),
        ("2025-03-20", None, 0, "2025-03-20"),
        ("2025-03-22", None, 0, "2025-03-21"),
        ("2025-04-17", "GB", 5, "2025-04-28"),
        ("2025-04-18", "GB", 5, "2025-04-28"),
        ("2025-04-17", "US", 5, "2025-04-24"),
        ("2025-07-03", "US", 1, "2025-07-07"),
        ("2025-07-03", "elsewhere", 1, "2025-07-04"),
    ],
)
def test_working_days_are_monday_to_friday_less_the_regions_holidays(due_on, region, working_days, last):
    due = pl.Series([dt.date.fromisoformat(due_on), None])
    found = deadline_days(HOLIDAYS, due, pl.Series([region, region], dtype=pl.String), working_days)
    assert found.to_list() == [dt.date.fromisoformat(last), None]


def test_rows_of_many_regions_keep_their_places():
    due = pl.Series([dt.date(2025, 4, 17)] * 4)
    found = deadline_days(HOLIDAYS, due, pl.Series(["US", "GB", None, "GB"]), 5)
    assert [day.day for day in found] == [24, 28, 24, 28]


@pytest.mark.parametrize("start", range(14))
def test_a_day_counted_by_hand_is_the_same(start):
    due = dt.date(2025, 4, 10) + dt.timedelta(days=start)
    closed = {dt.date(2025, 4, 18), dt.date(2025, 4, 21)}
    day, left = due, 5
    while left:
        day += dt.timedelta(days=1)
        left -= day.weekday() < 5 and day not in closed
    assert deadline_days(HOLIDAYS, pl.Series([due]), pl.Series(["GB"]), 5).to_list() == [day]


def test_a_day_lasts_until_its_last_microsecond():
    last = end_of(pl.Series([dt.date(2025, 3, 27), None], dtype=pl.Date))
    assert last.to_list() == [dt.datetime(2025, 3, 27, 23, 59, 59, 999_999, tzinfo=dt.UTC), None]
