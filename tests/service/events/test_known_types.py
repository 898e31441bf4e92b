"""The seven types: what they hold, which workflows they come from, and that what is published is what is checked."""

import datetime as dt
import json
from pathlib import Path

import jsonschema
import pytest
from pydantic import ValidationError

from models.catalog import TASKS
from service.events.event import EventType
from service.events.known_types import KNOWN, workflows_serving
from service.events.types.common import MOST_IDS
from service.events.types.time_window import window_of
from service.gate.workflow_files import load_workflows

REPOSITORY = Path(__file__).parents[3]
PLACE = {"name": "w", "instance": "i", "step": "s"}
WORKFLOWS = {name: workflow.tasks for name, workflow in load_workflows().by_name.items()}
SERVING = {
    "deal.delivery_review.entered": ["project_initiation", "staffing"],
    "resource_request.threshold_exceeded": ["staffing"],
    "resource_request.still_open": ["staffing"],
    "time.window_closing": ["time_and_expense"],
    "forecast.variance_crossed": ["margin_review"],
    "approval.exception_routed": ["approvals"],
    "milestone.due_soon": ["milestone_billing"],
}


def test_every_type_is_known_published_and_shown_by_an_example_that_fits():
    assert set(KNOWN) == set(EventType)
    for name, known in KNOWN.items():
        schema, example = known.schema(), known.example()
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.Draft202012Validator(schema).validate(example["data"])
        known.data.model_validate(example["data"])
        published = (REPOSITORY / "docs" / "events" / f"{name}.schema.json").read_text(encoding="utf-8")
        assert published == json.dumps(schema, indent=2) + "\n"
        shown = (REPOSITORY / "fixtures" / "events" / f"{name}.json").read_text(encoding="utf-8")
        assert shown == json.dumps(example, indent=2) + "\n"


def test_a_type_comes_from_the_workflows_whose_tasks_can_serve_it():
    found = {name.removeprefix("bellwether."): workflows_serving(known, WORKFLOWS) for name, known in KNOWN.items()}
    assert found == SERVING
    for known in KNOWN.values():
        workflow = load_workflows().by_name[known.example()["data"]["workflow"]["name"]]
        assert known.served_by(workflow.tasks)
        assert known.example()["data"]["workflow"]["step"] in workflow.steps


@pytest.mark.parametrize(
    ("name", "kind", "governed", "asked"),
    [
        (EventType.WINDOW_CLOSING, "person-day", ["missing_time", "unusual_time"], ["missing_time"]),
        (EventType.WINDOW_CLOSING, "time entry", ["missing_time"], []),
        (EventType.DELIVERY_REVIEW_ENTERED, "request", ["sow"], ["staffing_risk"]),
        (EventType.VARIANCE_CROSSED, "project", ["margin_erosion"], ["margin_erosion"]),
    ],
)
def test_the_workflows_own_tasks_are_asked_and_all_of_the_kind_where_it_has_none(name, kind, governed, asked):
    assert [task.name for task in KNOWN[name].tasks_for(kind, governed)] == asked


def test_every_kind_that_events_lead_to_is_scored_by_a_task():
    assert {kind for known in KNOWN.values() for kind in known.kinds} <= {task.subject for task in TASKS.values()}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (EventType.DELIVERY_REVIEW_ENTERED, {}),
        (EventType.STILL_OPEN, {"request_ids": []}),
        (EventType.STILL_OPEN, {"request_ids": ["rr-1", "rr-1"]}),
        (EventType.STILL_OPEN, {"request_ids": "rr-1"}),
        (EventType.STILL_OPEN, {"request_ids": [1]}),
        (EventType.STILL_OPEN, {"request_ids": ["rr\u200b1"]}),
        (EventType.STILL_OPEN, {"request_ids": ["r" * 129]}),
        (EventType.STILL_OPEN, {"request_ids": [f"rr-{n}" for n in range(MOST_IDS + 1)]}),
        (EventType.STILL_OPEN, {"request_ids": ["rr-1"], "priority": "high"}),
        (EventType.WINDOW_CLOSING, {"first_day": "2025-10-20"}),
        (EventType.WINDOW_CLOSING, {"first_day": "2025-10-20", "last_day": "2025-10-19"}),
        (EventType.WINDOW_CLOSING, {"first_day": "2025-10-20", "last_day": "2025-11-20"}),
        (EventType.EXCEPTION_ROUTED, {"approval_ids": ["ap-1"]}),
    ],
)
def test_data_that_does_not_name_what_the_type_is_about_is_refused(name, data):
    with pytest.raises(ValidationError):
        KNOWN[name].data.model_validate({"workflow": PLACE, **data})


@pytest.mark.parametrize(
    ("received", "monday"),
    [
        ("2025-10-24T12:00:00Z", "2025-10-20"),
        ("2025-10-27T09:00:00Z", "2025-10-20"),  # a Monday: the week that closes at noon
        ("2025-10-28T00:00:00Z", "2025-10-27"),
    ],
)
def test_without_days_the_window_is_the_week_that_closes_next(received, monday):
    first = dt.date.fromisoformat(monday)
    assert window_of(None, None, dt.datetime.fromisoformat(received)) == (first, first + dt.timedelta(days=6))
