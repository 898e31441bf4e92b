"""In how many weeks somebody entered time between this moment of the week and its close."""

import datetime as dt
import math

import polars as pl
import pytest

from models.missing_time.rhythm import rhythm
from models.point_in_time import INSTANT
from models.running_sums import RunningSums

THURSDAY = dt.datetime(2025, 3, 6, 18, tzinfo=dt.UTC)
CUTOFF = dt.datetime(2025, 3, 10, 12, tzinfo=dt.UTC)
MOMENT = dt.timedelta(microseconds=1)
WEEK = dt.timedelta(days=7)


def shares(*made: dt.datetime, history: int | None = 84, as_of: dt.datetime = THURSDAY) -> list[float]:
    """The shares of the last 3 and 8 weeks for somebody who made entries at these instants."""
    facts = pl.DataFrame(
        {"person_id": ["ana"] * len(made), "known_at": made, "entries": [1] * len(made)},
        schema={"person_id": pl.String, "known_at": INSTANT, "entries": pl.Int64},
    )
    subjects = pl.DataFrame(
        {"person_id": ["ana"], "as_of": [as_of], "cutoff": [CUTOFF], "days_of_history": [history]},
        schema={"person_id": pl.String, "as_of": INSTANT, "cutoff": INSTANT, "days_of_history": pl.Int64},
    )
    found = rhythm(RunningSums(facts, "person_id", ["entries"]), subjects)
    return [found[f"sits_down_share_{reach}"][0] for reach in (3, 8)]


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        ([], [0.0, 0.0]),
        ([THURSDAY - WEEK], [0.0, 0.0]),
        ([THURSDAY - WEEK + MOMENT], [1 / 3, 1 / 8]),
        ([CUTOFF - 2 * WEEK], [1 / 3, 1 / 8]),
        ([CUTOFF - 2 * WEEK + MOMENT], [0.0, 0.0]),
        ([CUTOFF - 8 * WEEK], [0.0, 1 / 8]),
        ([CUTOFF - 9 * WEEK], [0.0, 0.0]),
        ([CUTOFF - WEEK, CUTOFF - WEEK - 2 * MOMENT, CUTOFF - 4 * WEEK], [1 / 3, 2 / 8]),
    ],
)
def test_a_week_counts_once_from_after_this_moment_up_to_its_cutoff(made, expected):
    assert shares(*made) == expected


@pytest.mark.parametrize(("history", "expected"), [(14, [1 / 2, 1 / 2]), (13, [1.0, 1.0]), (27, [1 / 3, 1 / 3])])
def test_only_weeks_of_a_persons_history_count(history, expected):
    assert shares(CUTOFF - WEEK, history=history) == expected


@pytest.mark.parametrize("history", [None, 0, 6])
def test_before_the_first_whole_week_nobody_can_tell(history):
    assert all(math.isnan(share) for share in shares(history=history))


def test_on_a_monday_morning_last_weeks_cutoff_lies_ahead_and_nothing_is_read_from_there():
    monday = CUTOFF - WEEK - dt.timedelta(hours=3)
    assert shares(monday + MOMENT, as_of=monday) == [0.0, 0.0]
    assert shares(monday, as_of=monday) == [1 / 3, 1 / 8]
