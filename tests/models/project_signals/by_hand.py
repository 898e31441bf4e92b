"""Some signals of a project, worked out slowly and plainly from rows: what `signals` must agree with."""

import datetime as dt
from collections.abc import Iterable
from math import floor

from tests.models.future import DAY, Row, Tables, end_of_day, known_at, zone_of
from tests.models.project_signals.known import known


def of_project(rows: Iterable[Row], project_id: str) -> list[Row]:
    return [cells for cells in rows if cells["project_id"] == project_id]


def by_hand(tables: Tables, project_id: str, as_of: dt.datetime) -> dict[str, object]:
    """The signals of one project that need no sums over earlier instants."""
    project = next((cells for cells in known(tables, "projects", as_of) if cells["project_id"] == project_id), {})
    changes = of_project(known(tables, "change_requests", as_of), project_id)
    undecided = [cells for cells in changes if cells["decided_at"] is None]
    waiting = [
        cells for cells in of_project(known(tables, "approvals", as_of), project_id) if cells["closed_at"] is None
    ]
    hours = sum(round(cells["hours"] * 3600) for cells in of_project(known(tables, "time_entries", as_of), project_id))
    budget = project.get("budget_hours")
    return {
        "billing": project.get("billing"),
        "region": project.get("region"),
        "contract_value": project.get("contract_value"),
        "project_days_to_end": _days(as_of.date(), project.get("ends_on")),
        "days_without_kick_off": None if project.get("kicked_off_at") else _days(project.get("signed_at"), as_of),
        "team_people": len({cells["person_id"] for cells in _booked(tables, project_id, as_of)}),
        "budget_burnt_share": min(hours / 3600 / budget, 10) if budget else None,
        "open_changes": len(undecided),
        "longest_undecided_days": max((_days(cells["raised_at"], as_of) for cells in undecided), default=None),
        "open_approvals": len(waiting),
        "longest_approval_wait_days": max((_days(cells["opened_at"], as_of) for cells in waiting), default=None),
        **_forecast(tables, project_id, as_of),
        **_workload(tables, project_id, as_of),
    }


def _days(start: dt.date | None, end: dt.date | None) -> int | None:
    if start is None or end is None:
        return None
    days = (end - start) / DAY
    return floor(days) if days >= 0 else -floor(-days)


def _booked(tables: Tables, project_id: str, as_of: dt.datetime) -> list[Row]:
    """Bookings that hold: begun, and the weekday after their end not yet come, on their person's calendar."""
    held = []
    for cells in of_project(known(tables, "assignments", as_of), project_id):
        zone = zone_of(tables, "assignments", cells)
        last = min(cells["ends_on"] or dt.date(9000, 1, 1), cells["released_on"] or dt.date(9000, 1, 1))
        while (last + DAY).weekday() > 4:
            last += DAY
        if end_of_day(cells["starts_on"] - DAY, zone) < as_of <= end_of_day(last, zone):
            held.append(cells)
    return held


def _workload(tables: Tables, project_id: str, as_of: dt.datetime) -> dict[str, object]:
    """What was worked of what was booked in 84 days: each entry as it was first known, each day as its first was."""
    came = []
    for entry in tables["time_entries"]:
        since = known_at(tables, "time_entries", entry)
        if since <= as_of:
            (cells,) = known(tables | {"time_entries": [entry]}, "time_entries", since)
            if cells["project_id"] == project_id:
                came.append((since, cells))
    first: dict[tuple[str, dt.date], dt.datetime] = {}
    for since, cells in came:
        day = cells["person_id"], cells["worked_on"]
        first[day] = min(first.get(day, since), since)
    booked = {day: _booked_seconds(tables, project_id, *day, since) for day, since in first.items()}
    lately = [(since, cells) for since, cells in came if since > as_of - 84 * DAY]
    days = {day for day, since in first.items() if since > as_of - 84 * DAY}
    worked = [round(cells["hours"] * 3600) for _, cells in lately if booked[cells["person_id"], cells["worked_on"]] > 0]
    total = sum(booked[day] for day in days)
    entered = sum(round(cells["hours"] * 3600) for _, cells in lately)
    weekend = sum(round(cells["hours"] * 3600) for _, cells in lately if cells["worked_on"].weekday() > 4)
    return {
        "worked_of_booked_84": min(sum(worked) / total, 10) if total else None,
        "weekend_hours_share": weekend / entered if entered else None,
    }


def _booked_seconds(tables: Tables, project_id: str, person_id: str, day: dt.date, instant: dt.datetime) -> int:
    if day.weekday() > 4:
        return 0
    return sum(
        round((cells["hours_per_week"] or 0.0) * 720)
        for cells in known(tables, "assignments", instant)
        if (cells["project_id"], cells["person_id"]) == (project_id, person_id)
        and cells["starts_on"] <= day <= min(cells["ends_on"] or day, cells["released_on"] or day)
    )


def _forecast(tables: Tables, project_id: str, as_of: dt.datetime) -> dict[str, object]:
    made = sorted(of_project(known(tables, "forecasts", as_of), project_id), key=lambda cells: cells["made_at"])
    if not made:
        return {"forecast_count": 0, "forecast_age_days": None}
    return {"forecast_count": len(made), "forecast_age_days": _days(made[-1]["made_at"], as_of)}
