"""What the service looks at by itself: once a run, in parts, as events that go the way of all others."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from models.catalog import TASKS
from service.pipeline_settings import ScheduleSettings
from service.settings import SettingsRefused, read_settings
from tests.service.pipeline.conftest import RECEIVED, queued

DUE = datetime(2025, 10, 24, 10, tzinfo=UTC)
ROWS = text(
    "SELECT event_id, id, type, workflow_name, workflow_step, data, principal_id FROM events WHERE id LIKE :like"
)


@pytest.fixture
def scheduling(parts):
    settings = ScheduleSettings(chunk=2, places={"time": {"workflow": "time_and_expense", "step": "cutoff"}})
    return replace(parts.scheduling, settings=settings, clock=lambda: RECEIVED)


def test_a_run_makes_its_events_once(scheduling, engine, records):
    made = scheduling.run("portfolio", DUE)
    assert scheduling.run("portfolio", DUE) == made
    with engine.connect() as connection:
        rows = connection.execute(ROWS, {"like": "portfolio:%"}).all()
    assert len(rows) == made
    assert {row.principal_id for row in rows} == {"bellwether"}
    assert {queued(engine, row.event_id) for row in rows} == {"ENQUEUED"}
    asked = {}
    for row in rows:
        ((field, ids),) = row.data.items()
        assert len(ids) <= 2
        asked.setdefault(field, []).extend(ids)
    assert {field: sorted(ids) for field, ids in asked.items()} == {
        f"{kind}_ids": sorted(TASKS[task].open_at(records, RECEIVED)["subject_id"])
        for kind, task in {
            "request": "staffing_risk",
            "project": "margin_erosion",
            "milestone": "milestone_miss",
        }.items()
    }


def test_time_is_looked_at_person_by_person_where_the_settings_place_it(scheduling, engine):
    assert scheduling.run("window_closing", DUE) > 1
    with engine.connect() as connection:
        rows = connection.execute(ROWS, {"like": "window_closing:%"}).all()
    assert {(row.workflow_name, row.workflow_step) for row in rows} == {("time_and_expense", "cutoff")}
    assert len({person for row in rows for person in row.data["person_ids"]}) > 5


def test_a_run_that_fails_is_an_item_of_the_inbox(scheduling, parts, outcome):
    event_id = scheduling.failed("milestones", DUE)
    assert scheduling.failed("milestones", DUE) == event_id
    parts.processing.fail(event_id, "schedule", "The schedule milestones failed.", about="milestones")
    assert outcome(event_id) == (
        "failed", "The schedule milestones failed.", [("failure", "schedule/milestones", "opened")]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORTFOLIO", "every night", "a cron expression of five fields"),
        ("PORTFOLIO", "0 2 * *", "a cron expression of five fields"),
        ("TIMEZONE", "Middle/Earth", "an IANA time zone"),
    ],
)
def test_a_schedule_that_nobody_can_keep_stops_the_start(monkeypatch, home, name, value, said):
    monkeypatch.setenv("BELLWETHER_HOME", str(home))
    monkeypatch.setenv(f"BELLWETHER_SCHEDULES__{name}", value)
    with pytest.raises(SettingsRefused, match=said):
        read_settings()
