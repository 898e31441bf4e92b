"""The queues that stand in for staffing: an incident log and a task log, on invented rows of their shape."""

import csv
import datetime as dt
import json

import polars as pl
import pytest
from click.testing import CliRunner

from models.reading import read_folder
from models.staffing_risk import STAFFING_RISK
from tests.training.importing.test_shipped_mappings import REAL_DATA, imported, report
from training.cli import main

INCIDENT = {
    "incident_state": "New", "made_sla": "true", "caller_id": "Caller 1", "opened_at": "29/2/2016 23:50",
    "location": "Location 1", "category": "Category 5", "subcategory": "Subcategory 7", "impact": "2 - Medium",
    "priority": "3 - Moderate", "assignment_group": "Group 56", "resolved_at": "29/2/2016 23:55",
    "closed_at": "5/3/2016 12:00",
}  # fmt: skip
TASK = {
    "project_key": "100", "person_key": "296", "team_key": "31", "wbs_element_key": "1", "plan_item_key": "1",
    "task_actual_start_date": "10/29/2012 13:12", "task_actual_complete_date": "10/29/2012 13:20",
    "task_actual_time_minutes": "7", "task_plan_time_minutes": "90", "phase_key": "337",
    "phase_short_name": "DOC-Insp", "process_name": "Process-D",
}  # fmt: skip


def written(folder, name, rows):
    folder.mkdir()
    with (folder / name).open("w", newline="", encoding="utf-8") as file:
        lines = csv.DictWriter(file, fieldnames=list(rows[0]))
        lines.writeheader()
        lines.writerows(rows)
    return folder


def requests(tmp_path, name, file, rows):
    tables = imported(name, written(tmp_path / "export", file, rows), tmp_path / "records")
    return {line["request_id"]: line for line in tables["resource_requests"].iter_rows(named=True)}


def incidents(tmp_path, *rows):
    given = [{"number": "INC1"} | INCIDENT | cells for cells in rows]
    return requests(tmp_path, "incidents", "incident_event_log.csv", given)


def tasks(tmp_path, *rows):
    return requests(tmp_path, "task_log", "task_fact.csv", [TASK | cells for cells in rows])


def test_a_case_is_one_request_as_its_first_row_has_it_that_is_filled_when_closed(tmp_path):
    found = incidents(
        tmp_path,
        {"incident_state": "New"},
        {"incident_state": "Active", "assignment_group": "Group 70", "priority": "2 - High", "location": "Location 9"},
        {"number": "INC2", "assignment_group": "?", "subcategory": "?", "location": "?", "priority": "1 - Critical"},
    )
    assert len(found) == 2
    first = found["INC1"]
    assert (first["job_role"], first["region"], first["skills"]) == (
        "Group 56",
        "Location 1",
        "Category 5;Subcategory 7",
    )
    assert (first["priority"], first["requester"], first["grade"]) == ("3 - Moderate", "Caller 1", "2 - Medium")
    assert first["opened_at"] == dt.datetime(2016, 2, 29, 23, 50, tzinfo=dt.UTC)
    assert first["filled_at"] == dt.datetime(2016, 3, 5, 12, tzinfo=dt.UTC)
    second = found["INC2"]
    assert (second["job_role"], second["region"], second["skills"]) == ("unassigned", None, "Category 5")
    assert report(tmp_path / "records")["ok"]


@pytest.mark.parametrize(
    ("priority", "days"), [("1 - Critical", 0), ("2 - High", 0), ("3 - Moderate", 8), ("4 - Low", 20)]
)
def test_the_time_limit_is_that_of_the_priority_and_of_nothing_that_happened(tmp_path, priority, days):
    found = incidents(
        tmp_path,
        {"number": "in time", "priority": priority, "made_sla": "true", "closed_at": "1/3/2016 00:10"},
        {"number": "late", "priority": priority, "made_sla": "false", "closed_at": "5/9/2016 00:10"},
    )
    assert {line["needed_by"] for line in found.values()} == {dt.date(2016, 2, 29) + dt.timedelta(days=days)}


def test_no_column_tells_whether_the_service_level_was_kept(tmp_path):
    found = incidents(
        tmp_path,
        {"number": "kept", "made_sla": "true", "resolved_at": "1/3/2016 00:10"},
        {"number": "broken", "made_sla": "false", "resolved_at": "?"},
    )
    kept, broken = ({**found[name], "request_id": None} for name in ("kept", "broken"))
    assert kept == broken


def test_a_task_is_a_request_for_its_phase_from_its_start_to_its_completion(tmp_path):
    found = tasks(
        tmp_path,
        {},
        {"task_actual_start_date": "2012-11-12 04:43:00", "task_actual_complete_date": ""},
        {"task_actual_start_date": ""},
        {"task_actual_complete_date": "10/28/2012 13:20"},
    )
    assert list(found) == ["1", "2", "4"]
    first = found["1"]
    assert (first["job_role"], first["requester"], first["project_id"]) == ("DOC-Insp", "296", "100")
    assert (first["region"], first["skills"], first["effort_hours"]) == ("31", "Process-D", 1.5)
    assert first["opened_at"] == dt.datetime(2012, 10, 29, 13, 12, tzinfo=dt.UTC)
    assert first["filled_at"] == dt.datetime(2012, 10, 29, 13, 20, tzinfo=dt.UTC)
    assert found["2"]["opened_at"] == dt.datetime(2012, 11, 12, 4, 43, tzinfo=dt.UTC)
    assert (found["2"]["filled_at"], found["4"]["filled_at"]) == (None, None)
    assert report(tmp_path / "records")["ok"]


@pytest.mark.parametrize(("planned", "days"), [("0", 0), ("47", 0), ("48", 1), ("90", 1), ("96", 2), ("480", 10)])
def test_the_date_of_a_task_follows_from_its_plan_and_start_alone(tmp_path, planned, days):
    found = tasks(
        tmp_path,
        {"task_plan_time_minutes": planned, "task_actual_time_minutes": "1"},
        {"task_plan_time_minutes": planned, "task_actual_time_minutes": "9999", "task_actual_complete_date": ""},
    )
    assert {line["needed_by"] for line in found.values()} == {dt.date(2012, 10, 29) + dt.timedelta(days=days)}


def test_the_log_of_tasks_tells_of_projects_and_their_teams(tmp_path):
    folder = written(tmp_path / "export", "task_fact.csv", [TASK, TASK | {"project_key": "101", "team_key": "32"}])
    projects = imported("task_log", folder, tmp_path / "records")["projects"]
    assert projects.select("project_id", "client_id", "service_line").rows() == [
        ("100", "31", "Process-D"),
        ("101", "32", "Process-D"),
    ]


def test_both_queues_can_be_asked_about_at_each_opening(tmp_path):
    incidents(tmp_path, {}, {"number": "INC2", "opened_at": "1/3/2016 08:00", "closed_at": "20/3/2016 08:00"})
    records = read_folder(tmp_path / "records").records
    settings = STAFFING_RISK.settings()
    built = STAFFING_RISK.build(records, STAFFING_RISK.scheduled(records, settings), settings)
    found = built.select("subject_id", "days_open", STAFFING_RISK.outcome(records, built, settings)["outcome"]).rows()
    assert found == [("INC1", 0.0, False), ("INC2", 0.0, True), ("INC2", 7.0, True)]


@pytest.mark.parametrize(
    ("name", "folder", "rows"), [("incidents", "incidents", 24_918), ("task_log", "time_log", 42_907)]
)
def test_the_real_queues_are_imported_whole(tmp_path, name, folder, rows):
    source = REAL_DATA / folder
    if not source.is_dir():
        pytest.skip(f"the real data is not at {source}; set BELLWETHER_REAL_DATA")
    tables = imported(name, source, tmp_path / "records")
    assert tables["resource_requests"].height == rows
    counts = json.loads(CliRunner().invoke(main, ["check", str(tmp_path / "records"), "--json"]).stdout)["counts"]
    found = {(count["code"], count["column"]): count["count"] for count in counts}
    known_faults = {
        "incidents": {},
        "task_log": {("impossible_date", "opened_at"): 1, ("impossible_date", "needed_by"): 1},
    }  # fmt: skip
    assert found == known_faults[name]
    late = tables["resource_requests"].select(late=pl.col("filled_at").dt.date() > pl.col("needed_by"))["late"].mean()
    assert late == pytest.approx({"incidents": 0.36, "task_log": 0.45}[name], abs=0.06)
