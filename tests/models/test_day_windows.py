"""Sums by owner and day as they were known, against adding up one by one."""

import datetime as dt
from random import Random

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from models.day_windows import DayWindows, movements

NOON = dt.datetime(2025, 3, 1, 12, tzinfo=dt.UTC)
FIRST = NOON.date()
WIDTH = 9
INSTANT = pl.Datetime("us", "UTC")
SCHEMA = {"owner": pl.String, "on": pl.Date, "known_at": INSTANT, "known_until": INSTANT, "amount": pl.Int64}
ASKED = {"owner": pl.String, "day": pl.Date, "as_of": INSTANT}


def some_versions(rng: Random) -> list[tuple]:
    made = []
    for _ in range(rng.randint(0, 40)):
        known = NOON + dt.timedelta(hours=rng.randint(-400, 900))
        until = rng.choice((None, known + dt.timedelta(hours=rng.randint(1, 300))))
        day = rng.choice((None, *[FIRST + dt.timedelta(days=rng.randint(-20, 40))] * 9))
        made.append((rng.choice("abc"), day, known, until, rng.choice((None, 1, 5, 3600))))
    return made


def some_subjects(rng: Random) -> list[tuple[str, dt.date, dt.datetime]]:
    """As an instant may be at the start of the day anywhere on Earth, or later."""
    made = []
    for _ in range(rng.randint(0, 20)):
        day = FIRST + dt.timedelta(days=rng.randint(-5, 30))
        start = dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC) - dt.timedelta(hours=14)
        made.append((rng.choice("abcd"), day, start + dt.timedelta(hours=rng.choice((0, 5, 14, 26, 100, 190)))))
    return made


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1))
def test_a_window_holds_what_was_known_of_each_day(seed):
    rng = Random(seed)
    versions, subjects = some_versions(rng), some_subjects(rng)
    moves = movements(pl.DataFrame(versions, schema=SCHEMA, orient="row"), "owner", "on", pl.col("amount"))
    asked = pl.DataFrame(subjects, schema=ASKED, orient="row").with_columns(pl.col("day").cast(pl.Int32))
    found = DayWindows.of(moves, asked, WIDTH).known(asked)
    assert found.shape == (len(subjects), WIDTH)
    for window, (owner, day, as_of) in zip(found.tolist(), subjects, strict=True):
        assert window == [
            sum(
                amount
                for who, on, known, until, amount in versions
                if (who, on) == (owner, day - dt.timedelta(days=back))
                and amount is not None
                and known <= as_of
                and (until is None or until > as_of)
            )
            for back in range(WIDTH)
        ]


def test_a_version_adds_when_it_becomes_known_and_takes_back_when_the_next_one_does():
    later = NOON + dt.timedelta(days=1)
    versions = pl.DataFrame([("a", FIRST, NOON, later, 8), ("a", FIRST, later, None, 6)], schema=SCHEMA, orient="row")
    found = movements(versions, "owner", "on", pl.col("amount"))
    assert sorted(found.select("known_at", "amount").rows()) == [(NOON, 8), (later, -8), (later, 6)]
