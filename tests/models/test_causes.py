"""What the trouble of each task lies with, and until when it can be turned."""

from datetime import UTC, datetime, timedelta

import pytest

from models.catalog import TASKS
from models.cause import Cause, CauseKind
from models.milestone_miss.snapshot import ACCEPTED, ACHIEVED, PLANNED

AS_OF = datetime(2026, 3, 2, 9, tzinfo=UTC)
MILESTONE = {"project_id": "P-1", "client_id": "C-1", "stage": PLANNED, "days_to_deadline": 3}


def end_of(year, month, day):
    return datetime(year, month, day, 23, 59, 59, 999_999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("task", "subject", "row", "cause", "deadline"),
    [
        ("staffing_risk", "RR-1", {"project_id": "P-1", "needed_by": "2026-03-20"}, ("project", "P-1"), (3, 20)),
        ("staffing_risk", "RR-1", {"project_id": None, "needed_by": None}, ("request", "RR-1"), None),
        ("missing_time", "p/17/2026-03-02", {"hours_to_cutoff": 171.0}, ("person", "p/17"), timedelta(hours=171)),
        ("unusual_time", "te-1", {"person_id": "p-17", "worked_on": "2026-03-02"}, ("person", "p-17"), (3, 31)),
        ("unusual_time", "te-1", {"person_id": "p-17", "worked_on": "2026-01-30"}, ("person", "p-17"), (3, 31)),
        ("margin_erosion", "P-1", {"project_days_to_end": None}, ("project", "P-1"), (4, 1)),
        ("margin_erosion", "P-1", {"project_days_to_end": -3}, ("project", "P-1"), (4, 1)),
        ("margin_erosion", "P-1", {"project_days_to_end": 8}, ("project", "P-1"), (3, 10)),
        ("milestone_miss", "M-1", MILESTONE, ("project", "P-1"), (3, 5)),
        ("milestone_miss", "M-1", MILESTONE | {"stage": ACCEPTED}, ("project", "P-1"), (3, 5)),
        ("milestone_miss", "M-1", MILESTONE | {"stage": ACHIEVED}, ("client", "C-1"), (3, 5)),
        ("milestone_miss", "M-1", MILESTONE | {"stage": ACHIEVED, "client_id": None}, ("project", "P-1"), (3, 5)),
    ],
)
def test_each_trouble_has_a_cause_and_a_point_of_no_return(task, subject, row, cause, deadline):
    snapshot = {"client_id": None, "as_of": AS_OF} | row
    kind, key = cause
    assert TASKS[task].cause(subject, snapshot) == Cause(CauseKind(kind), key)
    expected = AS_OF + deadline if isinstance(deadline, timedelta) else deadline and end_of(2026, *deadline)
    assert TASKS[task].deadline(subject, snapshot) == expected
