"""What then happened: known by the cutoff, or missing."""

import datetime as dt

import polars as pl
import pytest

from models.missing_time.outcome import outcome
from models.missing_time.settings import MissingTimeSettings
from models.missing_time.subjects import parse
from tests.models.future import frames, revision, row

DAY = dt.date(2025, 3, 5)
CUTOFF = dt.datetime(2025, 3, 10, 12, tzinfo=dt.UTC)
LATER = CUTOFF + dt.timedelta(days=1)
JUST_AFTER = CUTOFF + dt.timedelta(microseconds=1)


def entry(hours: float, entered_at: dt.datetime, entry_id: str = "T", person_id: str = "ana"):
    return row(
        "time_entries", entry_id=entry_id, person_id=person_id, worked_on=DAY, hours=hours, entered_at=entered_at
    )


def came_to(entries, *, expected=8.0, revisions=(), end=LATER, zone="UTC", **settings) -> bool | None:
    """The outcome of ana's day in records that end at ``end``."""
    records = frames({
        "people": [row("people", person_id="ana", job_role="dev", timezone=zone)],
        "time_entries": [*entries, entry(1.0, end, "end", "bo")],
        "revisions": list(revisions),
    })  # fmt: skip
    snapshots = parse([f"ana/{DAY}"], [CUTOFF - dt.timedelta(days=2)]).with_columns(expected_hours=pl.lit(expected))
    found = outcome(records, snapshots, MissingTimeSettings.model_validate(settings))
    assert found.columns == ["subject_id", "as_of", "outcome", "resolved_at"]
    return found["outcome"][0]


@pytest.mark.parametrize(
    ("hours", "expected", "settings", "missing"),
    [
        (0.0, 8.0, {}, True),
        (3.99, 8.0, {}, True),
        (4.0, 8.0, {}, False),
        (3.8, 7.6, {}, False),
        (0.7, 1.0, {"known_share": 0.7}, False),
        (0.69, 1.0, {"known_share": 0.7}, True),
        (0.25, 8.0, {"label": "no_entry"}, False),
        (0.0, 8.0, {"label": "no_entry"}, True),
    ],
)
def test_time_is_missing_below_the_known_share_or_without_any(hours, expected, settings, missing):
    assert came_to([entry(hours, CUTOFF)], expected=expected, **settings) is missing


@pytest.mark.parametrize("seconds", range(60, 86_400, 1_234))
def test_exactly_half_is_never_missing(seconds):
    assert came_to([entry(seconds / 3600, CUTOFF)], expected=2 * seconds / 3600) is False


@pytest.mark.parametrize(
    ("entered_at", "zone", "missing"),
    [
        (CUTOFF, "UTC", False),
        (JUST_AFTER, "UTC", True),
        (CUTOFF, "Asia/Kolkata", True),
        (JUST_AFTER, "America/New_York", False),
        (dt.datetime(2025, 3, 10, 16, tzinfo=dt.UTC), "America/New_York", False),
        (dt.datetime(2025, 3, 10, 16, 0, 1, tzinfo=dt.UTC), "America/New_York", True),
    ],
)
def test_time_counts_up_to_and_with_the_cutoff_of_the_person(entered_at, zone, missing):
    assert came_to([entry(8.0, entered_at)], zone=zone) is missing


@pytest.mark.parametrize(("known", "missing"), [(CUTOFF, False), (JUST_AFTER, True)])
def test_a_correction_after_the_cutoff_changes_nothing(known, missing):
    late = entry(8.0, CUTOFF - dt.timedelta(days=3))
    first = revision("time_entries", late, "hours", 1.0, late["entered_at"])
    assert came_to([late], revisions=[first, revision("time_entries", late, "hours", 8.0, known)]) is missing


def test_several_entries_of_a_day_add_up():
    assert came_to([entry(2.0, CUTOFF, "1"), entry(2.0, CUTOFF, "2")]) is False


@pytest.mark.parametrize(("end", "missing"), [(CUTOFF, True), (CUTOFF - dt.timedelta(microseconds=1), None)])
def test_a_day_is_unresolved_where_the_records_end_before_its_cutoff(end, missing):
    assert came_to([], end=end) is missing


def test_without_time_nothing_is_resolved():
    snapshots = parse([f"ana/{DAY}"], [CUTOFF]).with_columns(expected_hours=8.0)
    assert outcome({}, snapshots, MissingTimeSettings())["outcome"].to_list() == [None]


def test_outcomes_come_in_the_order_of_the_snapshots(harbour, snapshots):
    mixed = snapshots.sample(2_000, shuffle=True, seed=1)
    found = outcome(harbour, mixed, MissingTimeSettings())
    assert found.select("subject_id", "as_of").equals(mixed.select("subject_id", "as_of"))
