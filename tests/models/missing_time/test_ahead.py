"""Days off in the week, leave that begins, and who is away when the week closes."""

import datetime as dt

import polars as pl
import pytest

from models.missing_time.ahead import ahead
from models.point_in_time import INSTANT

WEDNESDAY = dt.date(2025, 3, 5)
NOON = dt.datetime(2025, 3, 5, 12, tzinfo=dt.UTC)
LONG_AGO = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
AWAY = {
    "person_id": pl.String, "starts_on": pl.Date, "ends_on": pl.Date, "known_at": INSTANT, "known_until": INSTANT,
}  # fmt: skip


def march(day: int) -> dt.date:
    return dt.date(2025, 3, 1) + dt.timedelta(days=day - 1)


def seen(*leave, holidays=(), region="GB") -> tuple[int, int, int | None]:
    """Days off in the week, off at the cutoff, days to time off: of ana's Wednesday."""
    rows = [("ana", march(first), march(last), booked, until) for first, last, booked, until in leave]
    away = pl.DataFrame(rows, schema=AWAY, orient="row")
    closed = pl.DataFrame({"region": ["GB"] * len(holidays), "on": [march(day) for day in holidays]})
    closed = closed.cast({"region": pl.String, "on": pl.Date})
    subjects = pl.DataFrame(
        [(0, "ana", region, WEDNESDAY, NOON)],
        schema={"row": pl.UInt32, "person_id": pl.String, "region": pl.String, "day": pl.Date, "as_of": INSTANT},
        orient="row",
    )
    return ahead(away, closed, subjects).row(0)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (3, 4, (2, 0, None)),
        (1, 2, (0, 0, None)),
        (6, 6, (1, 0, 1)),
        (7, 12, (1, 1, 2)),
        (10, 10, (0, 1, 5)),
        (8, 9, (0, 0, 3)),
        (33, 33, (0, 0, 28)),
        (34, 40, (0, 0, None)),
        (1, 31, (5, 1, None)),
    ],
)
def test_leave_counts_in_the_week_at_its_close_and_when_it_begins(first, last, expected):
    assert seen((first, last, LONG_AGO, None)) == expected


@pytest.mark.parametrize(
    ("holidays", "region", "expected"),
    [
        ((3, 10), "GB", (1, 1, None)),
        ((3, 10), "US", (0, 0, None)),
        ((8, 9), "GB", (0, 0, None)),
        ((3,), None, (0, 0, None)),
    ],
)
def test_holidays_of_the_persons_region_are_days_off(holidays, region, expected):
    assert seen(holidays=holidays, region=region) == expected


def test_a_day_that_is_off_twice_is_off_once():
    assert seen((3, 4, LONG_AGO, None), (4, 4, LONG_AGO, None), holidays=(4,)) == (2, 0, None)


@pytest.mark.parametrize(
    ("known_at", "known_until", "expected"),
    [
        (NOON, None, (0, 1, 5)),
        (NOON + dt.timedelta(microseconds=1), None, (0, 0, None)),
        (LONG_AGO, NOON, (0, 0, None)),
    ],
)
def test_leave_counts_as_it_was_known(known_at, known_until, expected):
    assert seen((10, 10, known_at, known_until)) == expected
