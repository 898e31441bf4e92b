"""The report on records: each kind of trouble, where it is, and what is left when it is set aside."""

import json
from datetime import UTC, date, datetime

import polars as pl
import pytest

from models.checks import check, set_aside
from models.reading import normalise, read_folder
from models.records import TABLES, Kind


def records(**tables):
    """Canonical tables from lists of rows; what is wrong with a cell's form is no matter here."""
    return {name: normalise(name, pl.DataFrame(rows, infer_schema_length=None)).frame for name, rows in tables.items()}


def entry(entry_id="1", person_id="ana", worked_on="2026-03-02", hours=8.0, **more):
    return {"entry_id": entry_id, "person_id": person_id, "worked_on": worked_on, "hours": hours, **more}


def request(**more):
    return {
        "request_id": "R",
        "job_role": "dev",
        "opened_at": "2026-03-02T09:00:00Z",
        "needed_by": "2026-04-01",
        **more,
    }


def errors(report):
    return [
        (issue.code, issue.table, issue.row, issue.column) for issue in report.issues() if issue.severity == "error"
    ]


GOOD = {
    "people": [{"person_id": "ana", "job_role": "engineer"}],
    "time_entries": [entry(entered_at="2026-03-02T18:00:00Z")],
}


def test_good_records_have_nothing_to_report():
    report = check(records(**GOOD))
    assert (report.ok, report.errors, report.warnings) == (True, 0, 0)


ENDS_FIRST = {"project_id": "P", "starts_on": "2026-02-01", "ends_on": "2026-01-01"}
REVISION = {"table": "projects", "key": "P", "column": "name", "known_at": "2026-01-01"}
RATE = {"currency": "EUR", "on": "2026-01-01", "per_unit_of_reporting_currency": 0}
STRANGER = {"time_entries": [entry(person_id="bo")], "people": GOOD["people"]}

BAD_ROWS = [
    ("duplicate", "time_entries.entry_id", {"time_entries": [entry(), entry()]}, "each entry_id once"),
    ("duplicate", "holidays.region", {"holidays": [{"region": "DE", "on": "2026-01-01"}] * 2}, "region + on once"),
    ("missing_value", "time_entries.person_id", {"time_entries": [entry(person_id=None)]}, "a value"),
    ("orphan", "time_entries.person_id", STRANGER, "the id of a row of people"),
    ("too_low", "time_entries.hours", {"time_entries": [entry(hours=-1.0)]}, "at least 0 hours"),
    ("too_low", "fx_rates.per_unit_of_reporting_currency", {"fx_rates": [RATE]}, "at least 1e-09 currency"),
    (
        "not_a_choice",
        "projects.billing",
        {"projects": [{"project_id": "P", "billing": "barter"}]},
        "one of fixed_price",
    ),
    ("impossible_date", "time_entries.worked_on", {"time_entries": [entry(worked_on="0016-03-02")]}, "from 1990-01-01"),
    (
        "impossible_date",
        "projects.ends_on",
        {"projects": [{"project_id": "P", "ends_on": "9999-12-31"}]},
        "open end empty",
    ),
    ("end_before_start", "projects.ends_on", {"projects": [ENDS_FIRST]}, "ends_on not before starts_on"),
    (
        "end_before_start",
        "resource_requests.filled_at",
        {"resource_requests": [request(filled_at="2026-03-02T08:59:59Z")]},
        "filled_at not before opened_at",
    ),
    ("not_a_choice", "revisions.table", {"revisions": [REVISION | {"table": "projekts"}]}, "one of people, projects"),
    ("not_a_choice", "revisions.column", {"revisions": [REVISION | {"column": "project_id"}]}, "not part of its key"),
]


@pytest.mark.parametrize(("code", "where", "tables", "message"), BAD_ROWS)
def test_a_bad_row_is_named_with_what_was_expected(code, where, tables, message):
    report = check(records(**tables))
    table, column = where.split(".")
    assert errors(report) == [(code, table, len(tables[table]), column)]
    assert message in next(report.issues()).message


FINE_ROWS = [
    {"time_entries": [entry(person_id="bo")], "people": []},
    {"time_entries": [entry(hours=24.0)]},
    {"time_entries": [entry("1", hours=16.0), entry("2", hours=8.0000001)]},
    {"time_entries": [entry(entered_at="2026-03-02", submitted_at="2026-03-02T17:00:00Z")]},
    {"change_requests": [{"change_id": "C", "project_id": "P", "raised_at": "2026-01-01", "value": -500}]},
    {"approval_events": [{"approval_id": "A", "at": "2026-01-01", "seq": seq, "activity": "sent"} for seq in (1, 2)]},
]


@pytest.mark.parametrize("tables", FINE_ROWS)
def test_what_only_looks_odd_is_no_error(tables):
    tables = {name: rows or {"person_id": []} for name, rows in tables.items()}
    assert errors(check(records(**tables))) == []


def test_a_day_of_more_than_24_hours_is_an_error_of_all_its_rows():
    entries = [entry("1", hours=20.0), entry("2", hours=4.5), entry("3", worked_on="2026-03-03")]
    report = check(records(time_entries=entries))
    assert errors(report) == [("too_many_hours", "time_entries", row, "hours") for row in (1, 2)]
    assert "(1 days have more)" in next(report.issues()).message


def test_rows_known_by_assumption_are_one_warning_a_table_with_a_count():
    report = check(records(time_entries=[entry("1"), entry("2", worked_on="2026-03-03")]))
    (issue,) = report.issues()
    assert (issue.severity, issue.code, issue.row, report.warnings) == ("warning", "known_by_assumption", None, 2)
    assert (
        "entered_at and submitted_at; without them a row is taken as known from the end of worked_on" in issue.message
    )


def test_an_unknown_time_zone_is_a_warning():
    report = check(records(people=[{"person_id": "ana", "job_role": "dev", "timezone": "Berlin"}]))
    assert [(issue.severity, issue.code, issue.value) for issue in report.issues()] == [
        ("warning", "unknown_zone", "Berlin")
    ]


def test_a_cell_that_did_not_parse_is_not_reported_as_missing_too(tmp_path):
    (tmp_path / "time_entries.csv").write_text("entry_id,person_id,worked_on\n1,ana,someday\n")
    report = check(read_folder(tmp_path))
    assert [error[0] for error in errors(report)] == ["missing_column", "not_a_date"]


def test_the_summary_tells_rows_span_and_nulls():
    (summary,) = check(records(time_entries=[entry("1"), entry("2", worked_on="2026-03-05")])).tables
    assert (summary.rows, summary.dated_by, summary.first, summary.last) == (2, "worked_on", "2026-03-02", "2026-03-05")
    assert (summary.nulls["note"], summary.nulls["hours"]) == (2, 0)


def test_the_document_counts_all_and_shows_a_limited_number_of_each_code():
    report = check(records(time_entries=[entry(str(n), worked_on="2026-03-02", hours=-1.0) for n in range(30)]))
    document = json.loads(json.dumps(report.as_document(limit=20)))
    assert (document["ok"], document["errors"]) == (False, 30)
    assert len([issue for issue in document["issues"] if issue["code"] == "too_low"]) == 20
    assert {
        "severity": "error",
        "code": "too_low",
        "table": "time_entries",
        "column": "hours",
        "count": 30,
    } in document["counts"]


def test_setting_rows_aside_keeps_the_first_of_a_key_and_follows_lost_parents():
    given = records(
        people=[{"person_id": "ana", "job_role": "dev"}, {"person_id": "bo", "job_role": None}],
        projects=[{"project_id": "P", "manager_id": "bo"}, {"project_id": "Q", "manager_id": "ana"}],
        milestones=[{"milestone_id": "M", "project_id": "P", "due_on": "2026-01-01"}],
        time_entries=[entry("1"), entry("1", hours=2.0)],
    )
    kept, counts = set_aside(given, check(given))
    assert counts == {"people": 1, "projects": 1, "milestones": 1, "time_entries": 1}
    assert kept["projects"]["project_id"].to_list() == ["Q"]
    assert kept["time_entries"]["hours"].to_list() == [8.0]
    assert check(kept).ok


def test_records_without_errors_are_set_aside_whole():
    given = records(**GOOD)
    kept, counts = set_aside(given, check(given))
    assert counts == {}
    assert all(kept[name].equals(frame) for name, frame in given.items())


def test_the_first_and_the_last_possible_day_are_possible():
    days = [{"region": "DE", "on": day} for day in (date(1990, 1, 1), date(2100, 12, 31))]
    ends = [{"approval_id": "A", "kind": "k", "opened_at": datetime(2100, 12, 31, 23, tzinfo=UTC)}]
    assert check(records(holidays=days, approvals=ends)).ok


def test_ordered_columns_are_of_one_kind_so_that_they_can_be_compared():
    for table in TABLES.values():
        for first, second in table.ordered:
            kinds = {table.by_name[first].kind, table.by_name[second].kind}
            assert kinds <= {Kind.DAY, Kind.INSTANT}
            assert len(kinds) == 1
