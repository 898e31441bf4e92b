"""From the ids of an event to the subjects of tasks, over the firm's records in PostgreSQL."""

from datetime import UTC, datetime

import pytest

from models.catalog import TASKS
from models.reading import read_folder
from service.events import asks
from service.events.asks import asks_of, why_nothing
from service.events.event import Ask, EventType
from service.events.left_out import LeftOut, sorted_out
from service.events.subjects import CarrierUnknown
from service.store.records import fetch
from service.triage.asking import SubjectsRefused
from tests.service.events.conftest import FIRM, RECEIVED, event_of

MONDAY = datetime(2025, 10, 27, 9, tzinfo=UTC)
"""The week before closes at noon, local time."""


@pytest.fixture(scope="module")
def asked(firm):
    def ask(event, governed=()):
        with firm.connect() as connection:
            return {each.task: list(each.ids) for each in asks_of(event, fetch(connection), governed=governed)}

    return ask


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        (EventType.STILL_OPEN, {"request_ids": ["rr-27", "rr-01"]}, {"staffing_risk": ["rr-27", "rr-01"]}),
        (EventType.THRESHOLD_EXCEEDED, {"request_ids": ["nobody"]}, {"staffing_risk": ["nobody"]}),
        (EventType.DELIVERY_REVIEW_ENTERED, {"project_id": "hv-05"}, {"staffing_risk": ["rr-27"]}),
        (
            EventType.DELIVERY_REVIEW_ENTERED,
            {"project_id": "hv-05", "request_ids": ["rr-28", "rr-27"]},
            {"staffing_risk": ["rr-28", "rr-27"]},
        ),
        (EventType.DELIVERY_REVIEW_ENTERED, {"project_id": "hv-01"}, {}),
        (EventType.DELIVERY_REVIEW_ENTERED, {"sow_id": "sow-05"}, {}),
        (EventType.VARIANCE_CROSSED, {"project_ids": ["hv-07", "hv-05"]}, {"margin_erosion": ["hv-07", "hv-05"]}),
        (EventType.DUE_SOON, {"milestone_ids": ["hv-10-m3"]}, {"milestone_miss": ["hv-10-m3"]}),
        (EventType.EXCEPTION_ROUTED, {"approval_id": "ap-20"}, {}),
    ],
)
def test_ids_that_are_named_are_asked_about_and_those_that_follow_where_they_are_open(asked, name, data, expected):
    event = event_of(name, data)
    assert asked(event) == expected
    assert why_nothing(event)


def test_a_project_by_which_requests_are_to_be_found_must_be_in_a_record(asked):
    with pytest.raises(CarrierUnknown, match="project"):
        asked(event_of(EventType.DELIVERY_REVIEW_ENTERED, {"project_id": "hv-99"}))


def test_a_window_asks_about_the_days_that_have_begun_and_the_entries_that_are_open(asked):
    data = {"person_ids": ["p-13", "p-99"], "first_day": "2025-10-20", "last_day": "2025-10-26"}
    found = asked(event_of(EventType.WINDOW_CLOSING, data))
    assert found["missing_time"] == ["p-13/2025-10-20", "p-13/2025-10-21", "p-13/2025-10-22", "p-99/2025-10-20"]
    records = read_folder(FIRM).records
    entries = TASKS["unusual_time"].open_at(records, RECEIVED).join(records["time_entries"], on="entry_id")
    open_ = entries.filter(entries["worked_on"].is_between(RECEIVED.date().replace(day=20), RECEIVED.date()))
    own = open_.filter(open_["person_id"] == "p-13")["entry_id"].to_list()
    assert found.get("unusual_time", []) == own
    named = asked(event_of(EventType.WINDOW_CLOSING, data | {"entry_ids": ["t4018"]}), ["unusual_time"])
    assert named == {"unusual_time": ["t4018", *own]}


@pytest.mark.parametrize("received", [RECEIVED, MONDAY])
def test_without_persons_everybody_at_work_is_asked_about_as_the_batch_builder_would(asked, received):
    found = asked(event_of(EventType.WINDOW_CLOSING, {}, received_at=received), ["missing_time"])["missing_time"]
    records = read_folder(FIRM).records
    task = TASKS["missing_time"]
    days = task.open_at(records, received)
    scored = task.build(records, days, task.settings())["subject_id"].to_list()
    week = {f"2025-10-{day}" for day in range(20, 27)}
    assert {each for each in scored if each[-10:] in week} <= set(found)
    assert {each[-10:] for each in found} <= week
    assert not any(each.startswith("p-23/") for each in found)  # who left in week 16


def test_more_subjects_than_the_gate_judges_at_a_time_are_several_asks(firm, monkeypatch):
    monkeypatch.setattr(asks, "MOST_SUBJECTS", 2)
    event = event_of(EventType.DUE_SOON, {"milestone_ids": ["a", "b", "c"]})
    with firm.connect() as connection:
        assert asks_of(event, fetch(connection)) == (Ask("milestone_miss", ("a", "b")), Ask("milestone_miss", ("c",)))


def test_what_is_over_is_told_what_is_unknown_has_failed_and_the_rest_is_still_asked():
    task, ask = TASKS["staffing_risk"], Ask("staffing_risk", ("rr-27", "rr-01", "rr-02", "nobody", "r\u200br"))
    over = "the request was already filled at as_of"
    refused = SubjectsRefused({1: over, 2: over, 3: "no record names it", 4: "expected a request_id"})
    rest, left_out = sorted_out(task, ask, refused)
    assert rest == Ask("staffing_risk", ("rr-27",))
    assert left_out == LeftOut({over: 2}, unknown=1, malformed=1, over=("rr-01", "rr-02"))
    assert left_out.why == f"For 2 of them, {over}."
    assert (left_out + left_out).failure[0] == "unknown_id"
    assert LeftOut(malformed=1).failure[0] == "malformed_id"
    assert (LeftOut().why, LeftOut().failure) == (None, None)
    assert sorted_out(task, rest, SubjectsRefused({0: over})) == (None, LeftOut({over: 1}, over=("rr-27",)))
