"""What then happened: billed in time, billed late, cancelled, or not yet known."""

import datetime as dt

import pytest

from models.milestone_miss.outcome import outcome
from models.milestone_miss.settings import MilestoneMissSettings
from tests.models.future import revision
from tests.models.milestone_miss.rows import (
    DEADLINE,
    DUE,
    MICROSECOND,
    MONDAY,
    after,
    asked,
    milestone,
    project,
    records_of,
)  # fmt: skip

LATER = DEADLINE + dt.timedelta(days=120)
CAPPED = dt.datetime(2025, 6, 18, 23, 59, 59, 999_999, tzinfo=dt.UTC)
"""The end of the ninetieth day after the due date."""


def on(day: int, month: int = 3, hour: int = 12) -> dt.datetime:
    return dt.datetime(2025, month, day, hour, tzinfo=dt.UTC)


def came_to(*, end: dt.datetime = LATER, settings: MilestoneMissSettings | None = None, **cells: object):
    """Outcome, when it was resolved, days late and when they were known, of M as asked on `MONDAY`."""
    found = outcome(records_of(milestone(**cells), end=end), asked(), settings or MilestoneMissSettings())
    assert found.columns == ["subject_id", "as_of", "outcome", "resolved_at", "settled_at", "amount", "amount_known_at"]
    return found.drop("subject_id", "as_of", "settled_at").row(0)


@pytest.mark.parametrize(
    ("billed", "expected"),
    [
        (on(10), (False, on(10), 0.0, on(10))),
        (on(20), (False, on(20), 0.0, on(20))),
        (on(25), (False, on(25), 5.0, on(25))),
        (DEADLINE, (False, DEADLINE, 7.0, DEADLINE)),
        (DEADLINE + MICROSECOND, (True, DEADLINE, 8.0, DEADLINE + MICROSECOND)),
        (on(20, 5), (True, DEADLINE, 61.0, on(20, 5))),
        (on(20, 7), (True, DEADLINE, 90.0, CAPPED)),
        (None, (True, DEADLINE, 90.0, CAPPED)),
    ],
)
def test_a_milestone_is_missed_when_it_is_not_billed_within_its_days_of_grace(billed, expected):
    assert came_to(billed_at=billed) == expected


@pytest.mark.parametrize(
    ("cancelled", "billed", "missed", "days"),
    [
        (on(26), None, None, None),
        (DEADLINE, None, None, None),
        (DEADLINE + MICROSECOND, None, True, None),
        (on(1, 7), None, True, 90.0),
        (on(26), on(25), False, 5.0),
    ],
)
def test_what_is_cancelled_first_is_censored(cancelled, billed, missed, days):
    found = came_to(cancelled_at=cancelled, billed_at=billed)
    assert (found[0], found[2]) == (missed, days)


@pytest.mark.parametrize(
    ("end", "billed", "missed", "days"),
    [
        (DEADLINE - MICROSECOND, None, None, None),
        (DEADLINE, None, True, None),
        (CAPPED - MICROSECOND, None, True, None),
        (CAPPED, None, True, 90.0),
        (DEADLINE, on(25), False, 5.0),
        (DEADLINE - MICROSECOND, on(25), None, 5.0),
        (on(24), None, None, None),
    ],
)
def test_what_the_records_do_not_reach_is_unresolved(end, billed, missed, days):
    found = came_to(end=end, billed_at=billed)
    assert (found[0], found[2]) == (missed, days)


@pytest.mark.parametrize(
    ("settings", "missed", "days"),
    [
        ({"grace_working_days": 0}, True, 5.0),
        ({"grace_working_days": 2}, True, 5.0),
        ({"most_days_late": 3}, False, 3.0),
    ],
)
def test_the_settings_say_how_many_days_are_grace_and_when_counting_stops(settings, missed, days):
    found = came_to(billed_at=on(25), settings=MilestoneMissSettings.model_validate(settings))
    assert (found[0], found[2]) == (missed, days)


def test_the_due_date_is_the_one_known_when_it_was_asked():
    moved = milestone(billed_at=on(10, 4))
    said = [
        revision("milestones", moved, "due_on", DUE, after(-90)),
        revision("milestones", moved, "due_on", dt.date(2025, 4, 10), after(1)),
    ]
    records = records_of(moved, revisions=said, end=LATER)
    before, since = asked(as_of=MONDAY), asked(as_of=after(7))
    assert outcome(records, before, MilestoneMissSettings()).select("outcome", "amount").row(0) == (True, 21.0)
    assert outcome(records, since, MilestoneMissSettings()).select("outcome", "amount").row(0) == (False, 0.0)


def test_a_regions_holidays_leave_more_time():
    closed = {"holidays": [{"region": "GB", "on": dt.date(2025, 3, 24)}], "projects": [project(region="GB")]}
    records = records_of(milestone(billed_at=on(28)), end=LATER, **closed)
    assert outcome(records, asked(), MilestoneMissSettings())["outcome"].to_list() == [False]


def test_without_time_or_billing_nothing_is_resolved():
    found = outcome(records_of(milestone()), asked(), MilestoneMissSettings())
    assert found.select("outcome", "amount").row(0) == (None, None)


def test_outcomes_come_in_the_order_of_the_snapshots():
    records = records_of(milestone("A", billed_at=on(10)), milestone("B"), end=LATER)
    found = outcome(records, asked("B", "A", "B"), MilestoneMissSettings())
    assert found["subject_id"].to_list() == ["B", "A", "B"]
    assert found["outcome"].to_list() == [True, False, True]
