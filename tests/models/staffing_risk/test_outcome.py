"""What then happened: filled by the day it was needed, or not, and how late."""

import datetime as dt

import polars as pl
import pytest

from models.staffing_risk.outcome import outcome
from models.staffing_risk.settings import StaffingRiskSettings
from models.staffing_risk.subjects import parse
from tests.models.future import frames, revision, row

OPENED = dt.datetime(2025, 3, 3, 9, tzinfo=dt.UTC)
NEEDED = dt.date(2025, 3, 20)
DUE = dt.datetime(2025, 3, 21, tzinfo=dt.UTC) - dt.timedelta(microseconds=1)
"""The end of the day: the last microsecond that is in time."""
DAY = dt.timedelta(days=1)
END = DUE + 200 * DAY


def request(**cells):
    return row("resource_requests", request_id="R", job_role="dev", opened_at=OPENED, needed_by=NEEDED, **cells)


def came_to(asked, *, revisions=(), end=END, as_of=OPENED, **settings) -> tuple[object, ...]:
    """Outcome, when resolved, days late and when known of a request in records that end at ``end``."""
    other = row("resource_requests", request_id="Z", job_role="dev", opened_at=end, needed_by=end.date())
    records = frames({"resource_requests": [asked, other], "revisions": list(revisions)})
    found = outcome(records, parse(["R"], [as_of]), StaffingRiskSettings.model_validate(settings))
    assert found.columns == ["subject_id", "as_of", "outcome", "resolved_at", "settled_at", "amount", "amount_known_at"]
    return found.drop("subject_id", "as_of", "settled_at").row(0)


@pytest.mark.parametrize(
    ("cells", "unfilled", "resolved", "late", "known"),
    [
        ({"filled_at": DUE - 3 * DAY}, False, DUE - 3 * DAY, 0.0, DUE - 3 * DAY),
        ({"filled_at": DUE}, False, DUE, 0.0, DUE),
        ({"filled_at": DUE + 3 * DAY}, True, DUE, 3.0, DUE + 3 * DAY),
        ({"filled_at": DUE + 1.5 * DAY}, True, DUE, 1.5, DUE + 1.5 * DAY),
        ({"filled_at": DUE + 60 * DAY}, True, DUE, 60.0, DUE + 60 * DAY),
        ({"filled_at": DUE + 90 * DAY}, True, DUE, 60.0, DUE + 60 * DAY),
        ({"cancelled_at": DUE - 3 * DAY}, None, DUE - 3 * DAY, None, None),
        ({"cancelled_at": DUE}, None, DUE, None, None),
        ({"cancelled_at": DUE + 10 * DAY}, True, DUE, 10.0, DUE + 10 * DAY),
        ({"filled_at": DUE - DAY, "cancelled_at": DUE + DAY}, False, DUE - DAY, 0.0, DUE - DAY),
        ({}, True, DUE, 60.0, DUE + 60 * DAY),
        ({"status": "open"}, True, DUE, 60.0, DUE + 60 * DAY),
        ({"status": "filled"}, None, DUE, None, None),
        ({"status": "cancelled"}, None, DUE, None, None),
    ],
)
def test_a_request_is_unfilled_where_nobody_is_booked_by_the_end_of_the_day(cells, unfilled, resolved, late, known):
    assert came_to(request(**cells)) == (unfilled, resolved, pytest.approx(late), known)


@pytest.mark.parametrize(
    ("end", "unfilled", "late"),
    [
        (DUE - dt.timedelta(microseconds=1), None, None),
        (DUE, True, None),
        (DUE + 59 * DAY, True, None),
        (DUE + 60 * DAY, True, 60.0),
    ],
)
def test_what_lies_beyond_the_end_of_the_records_is_not_known(end, unfilled, late):
    found = came_to(request(), end=end)
    assert (found[0], found[2]) == (unfilled, late)


@pytest.mark.parametrize(("end", "unfilled"), [(DUE - dt.timedelta(microseconds=1), None), (DUE, False)])
def test_the_early_filled_do_not_count_before_the_unfilled_of_their_age_are_known(end, unfilled):
    assert came_to(request(filled_at=DUE - 10 * DAY), end=end)[0] is unfilled


@pytest.mark.parametrize("cells", [{"filled_at": DUE - 3 * DAY}, {"filled_at": DUE + 3 * DAY}, {}])
def test_what_came_of_a_request_is_settled_on_its_deadline_whatever_it_was(cells):
    records = frames({"resource_requests": [request(**cells)], "revisions": []})
    assert outcome(records, parse(["R"], [OPENED]), StaffingRiskSettings())["settled_at"].to_list() == [DUE]


@pytest.mark.parametrize(("as_of", "unfilled"), [(OPENED, True), (OPENED + 2 * DAY, False)])
def test_the_date_that_counts_is_the_one_known_as_of_then(as_of, unfilled):
    asked = request(filled_at=DUE + 5 * DAY)
    moved = [
        revision("resource_requests", asked, "needed_by", NEEDED, OPENED),
        revision("resource_requests", asked, "needed_by", NEEDED + 10 * DAY, OPENED + DAY),
    ]
    assert came_to(asked, revisions=moved, as_of=as_of)[0] is unfilled


def test_a_longest_delay_of_their_own_is_kept_to():
    assert came_to(request(filled_at=DUE + 30 * DAY), longest_delay_days=14)[2:] == (14.0, DUE + 14 * DAY)


def test_an_end_that_was_written_down_later_is_learnt_from_no_earlier():
    asked = request(filled_at=DUE - 5 * DAY)
    late = [
        revision("resource_requests", asked, "filled_at", None, OPENED),
        revision("resource_requests", asked, "filled_at", DUE - 5 * DAY, DUE + 2 * DAY),
    ]
    assert came_to(asked, revisions=late)[:2] == (False, DUE + 2 * DAY)


def test_outcomes_come_in_the_order_of_the_snapshots():
    asked = [request() | {"request_id": f"R{number}", "filled_at": DUE + (number - 5) * DAY} for number in range(10)]
    snapshots = parse([f"R{number}" for number in (7, 2, 5, 9)], [OPENED] * 4)
    found = outcome(frames({"resource_requests": asked}), snapshots, StaffingRiskSettings())
    assert found["subject_id"].to_list() == ["R7", "R2", "R5", "R9"]
    assert found["outcome"].to_list() == [True, False, False, True]
    assert found["amount"].to_list() == pytest.approx([2.0, 0.0, 0.0, 4.0])


def test_without_requests_nothing_is_resolved():
    found = outcome({}, parse(["R"], [OPENED]), StaffingRiskSettings())
    assert found.select("outcome", "amount").rows() == [(None, None)]
    assert found.schema["amount"] == pl.Float64
