"""What then happened: questioned within the window, or not."""

import datetime as dt

import pytest

from models.unusual_time import UNUSUAL_TIME
from models.unusual_time.outcome import outcome
from models.unusual_time.settings import UnusualTimeSettings
from models.unusual_time.subjects import parse
from tests.models.future import frames, revision, row

AS_OF = dt.datetime(2025, 3, 4, 12, tzinfo=dt.UTC)
WINDOW_END = AS_OF + dt.timedelta(days=30)
MOMENT = dt.timedelta(microseconds=1)
FAR = WINDOW_END + dt.timedelta(days=60)


def came_to(*, end=FAR, revisions=(), settings=None, **cells) -> tuple[bool | None, dt.datetime]:
    """The outcome of an entry, and when it was known, in records that end at ``end``."""
    about = {"person_id": "ana", "worked_on": AS_OF.date() - dt.timedelta(days=1), "hours": 8.0}
    entry = row("time_entries", entry_id="T", entered_at=AS_OF - dt.timedelta(hours=9), **about, **cells)
    other = row("time_entries", entry_id="end", entered_at=end, **about)
    said = [revision("time_entries", entry, column, value, known) for column, value, known in revisions]
    records = frames({"time_entries": [entry, other], "revisions": said})
    found = outcome(records, parse(["T"], [AS_OF]), settings or UnusualTimeSettings())
    assert found.columns == ["subject_id", "as_of", "resolved_at", "settled_at", "outcome"]
    return found["outcome"][0], found["resolved_at"][0]


@pytest.mark.parametrize("column", ["rejected_at", "corrected_at"])
@pytest.mark.parametrize(
    ("when", "questioned", "resolved_at"),
    [
        (AS_OF + MOMENT, True, AS_OF + MOMENT),
        (WINDOW_END, True, WINDOW_END),
        (WINDOW_END + MOMENT, False, WINDOW_END),
        (None, False, WINDOW_END),
        (AS_OF, None, WINDOW_END),
    ],
)
def test_an_entry_is_questioned_when_it_is_sent_back_within_the_window(column, when, questioned, resolved_at):
    assert came_to(**{column: when}) == (questioned, resolved_at)


@pytest.mark.parametrize(
    ("hours", "known", "questioned"),
    [(0.5, WINDOW_END, True), (0.0, WINDOW_END, False), (0.5, WINDOW_END + MOMENT, False), (None, AS_OF, False)],
)
def test_a_write_off_counts_from_when_revisions_tell_of_it(hours, known, questioned):
    assert came_to(revisions=[("written_off_hours", hours, known)]) == (questioned, WINDOW_END)


def test_the_first_of_several_questions_counts():
    first, second = AS_OF + dt.timedelta(days=2), AS_OF + dt.timedelta(days=5)
    assert came_to(rejected_at=second, corrected_at=first) == (True, first)


def test_approval_settles_nothing_for_what_comes_later():
    approved = AS_OF + dt.timedelta(days=2)
    assert came_to(approved_at=approved, corrected_at=WINDOW_END) == (True, WINDOW_END)


@pytest.mark.parametrize(("days", "questioned"), [(7, False), (9, True)])
def test_the_window_is_a_setting(days, questioned):
    when = AS_OF + dt.timedelta(days=8)
    assert came_to(rejected_at=when, settings=UnusualTimeSettings(window_days=days))[0] is questioned


@pytest.mark.parametrize(("end", "questioned"), [(WINDOW_END, False), (WINDOW_END - MOMENT, None)])
def test_an_entry_is_unresolved_where_the_records_end_within_its_window(end, questioned):
    assert came_to(end=end)[0] is questioned


@pytest.mark.parametrize(("end", "questioned"), [(WINDOW_END, True), (WINDOW_END - MOMENT, None)])
def test_a_question_counts_when_those_that_never_come_are_known_too(end, questioned):
    when = AS_OF + dt.timedelta(days=2)
    assert came_to(end=end, rejected_at=when) == (questioned, when)


def test_outcomes_come_in_the_order_of_the_snapshots(harbour):
    subjects = UNUSUAL_TIME.scheduled(harbour, UnusualTimeSettings()).sample(1_000, shuffle=True, seed=1)
    found = outcome(harbour, subjects, UnusualTimeSettings())
    assert found.select("subject_id", "as_of").equals(subjects.select("subject_id", "as_of"))
    assert found["outcome"].sum() > 5
    assert found["outcome"].null_count() > 50
