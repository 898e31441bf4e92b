"""Moved by whole weeks, and cut off at the end of the last day."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.checks import check
from models.reading import normalise
from training.importing.last_day import move_to

PEOPLE = [{"person_id": "ana", "job_role": "dev", "timezone": "Europe/Berlin"}]


def records(**tables):
    people = normalise("people", pl.DataFrame(PEOPLE)).frame
    frames = {name: pl.DataFrame(rows, infer_schema_length=None) for name, rows in tables.items()}
    return {"people": people} | {name: normalise(name, frame, people).frame for name, frame in frames.items()}


def entry(worked_on, **more):
    return {"entry_id": worked_on, "person_id": "ana", "worked_on": worked_on, "hours": 8, **more}


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_the_last_week_becomes_the_week_of_the_last_day_and_weekdays_stay(worked_on, last_day):
    moved = move_to(records(time_entries=[entry(worked_on.isoformat())]), last_day)
    days = moved.records["time_entries"]["worked_on"].to_list()
    assert days == [day for day in days if day <= last_day and day.isocalendar()[:2] == last_day.isocalendar()[:2]]
    assert [day.weekday() for day in days] == (
        [worked_on.weekday()] if worked_on.weekday() <= last_day.weekday() else []
    )
    assert sum(moved.later.values()) == 1 - len(days)


def test_the_local_time_of_day_survives_a_change_of_clocks():
    given = records(time_entries=[entry("2026-03-02", entered_at="2026-03-02T17:00:00+01:00")])
    (entered,) = move_to(given, date(2026, 7, 6)).records["time_entries"]["entered_at"]
    assert entered.astimezone(ZoneInfo("Europe/Berlin")).isoformat() == "2026-07-06T17:00:00+02:00"


def test_happenings_after_the_last_day_are_null_and_rows_known_later_gone():
    entries = [
        entry("2026-03-02", submitted_at="2026-03-06", approved_at="2026-03-04"),
        entry("2026-03-05"),
    ]
    moved = move_to(records(time_entries=entries), date(2026, 3, 4)).records["time_entries"]
    assert moved.select("entry_id", "submitted_at", "approved_at").rows() == []
    entries[0]["entered_at"] = "2026-03-03T12:00:00Z"
    (row,) = move_to(records(time_entries=entries), date(2026, 3, 4)).records["time_entries"].iter_rows(named=True)
    assert (row["worked_on"], row["submitted_at"]) == (date(2026, 3, 2), None)
    assert row["approved_at"] == datetime(2026, 3, 4, 22, 59, 59, 999_999, tzinfo=UTC)


def test_what_a_later_happening_tells_is_null_too():
    request = {"request_id": "R", "job_role": "dev", "opened_at": "2026-03-02T09:00:00Z", "needed_by": "2026-03-20"}
    given = records(resource_requests=[request | {"filled_at": "2026-03-06T09:00:00Z", "status": "filled"}])
    (row,) = move_to(given, date(2026, 3, 4)).records["resource_requests"].iter_rows(named=True)
    assert (row["filled_at"], row["status"], row["needed_by"]) == (None, None, date(2026, 3, 20))


def test_children_of_rows_that_are_gone_do_not_stay_as_orphans():
    given = records(
        projects=[{"project_id": "P", "signed_at": "2026-03-06T09:00:00Z"}, {"project_id": "Q"}],
        milestones=[{"milestone_id": "M", "project_id": "P", "due_on": "2026-03-20", "created_at": "2026-03-01"}],
        time_entries=[entry("2026-03-02", project_id="P")],
    )
    moved = move_to(given, date(2026, 3, 4)).records
    assert moved["projects"]["project_id"].to_list() == ["Q"]
    assert moved["milestones"].is_empty()
    assert moved["time_entries"]["project_id"].to_list() == [None]
    assert check(moved).ok


def test_months_stay_months():
    given = records(
        projects=[{"project_id": "P"}],
        actuals=[{"project_id": "P", "period": "2025-12-01", "cost": 1, "known_at": "2026-01-10"}],
    )
    moved = move_to(given, date(2026, 6, 13)).records["actuals"]
    assert moved["period"].to_list() == [date(2026, 5, 1)]


def test_dates_in_revisions_move_with_their_cells_and_keys():
    given = records(
        projects=[{"project_id": "P", "ends_on": "2026-05-01"}],
        time_off=[{"person_id": "ana", "starts_on": "2026-04-06", "ends_on": "2026-04-10", "booked_at": "2026-03-01"}],
        revisions=[
            {"table": table, "key": key, "column": column, "value": value, "known_at": "2026-03-02"}
            for table, key, column, value in (
                ("projects", "P", "ends_on", "2026-05-01"),
                ("projects", "P", "name", "2026-05-01"),
                ("time_off", "ana/2026-04-06", "ends_on", "2026-04-10"),
            )
        ],
    )
    moved = move_to(given, date(2026, 3, 9)).records
    assert moved["revisions"].select("key", "value").rows() == [
        ("P", "2026-05-08"), ("P", "2026-05-01"), ("ana/2026-04-13", "2026-04-17"),
    ]  # fmt: skip
    assert moved["time_off"]["starts_on"].to_list() == [date(2026, 4, 13)]


@pytest.mark.parametrize("empty", [{}, {"time_entries": pl.DataFrame()}])
def test_an_export_without_history_is_left_as_it_is(empty):
    given = {name: normalise(name, frame).frame for name, frame in empty.items()}
    assert move_to(given, date(2026, 3, 4)).weeks == 0
