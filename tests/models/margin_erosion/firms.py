"""Small firms whose projects are forecast again and again, with all that makes their past hard to know."""

import datetime as dt
from collections.abc import Callable, Sequence
from random import Random

from models.records import TABLES
from tests.models.future import Row, Tables, known_at, revision, row

FIRST = dt.datetime(2025, 1, 6, 9, tzinfo=dt.UTC)
DAYS = 240
PROJECTS = ("P0", "P1", "a/b")
CLIENTS = ("c1", "c2", None)
PEOPLE = ("ana", "bo", "cy")


def firm(seed: int) -> Tables:
    """Three projects of up to two clients and managers, over eight months from 6 January 2025."""
    rng = Random(seed)
    tables: Tables = {name: [] for name in TABLES if name in _MAKERS}
    tables["revisions"] = []
    for name, make in _MAKERS.items():
        tables[name] = make(rng, tables)
    return tables


def some_instant(rng: Random) -> dt.datetime:
    """An instant of the later months, when projects have a history."""
    return FIRST + dt.timedelta(days=rng.randint(60, DAYS), minutes=rng.randint(0, 1440))


def _people(rng: Random, tables: Tables) -> list[Row]:
    return [
        row(
            "people", person_id=person, job_role="dev", grade=rng.choice((None, "G3", "G5")),
            timezone=rng.choice((None, "Europe/London", "Asia/Kolkata")), hours_per_week=rng.choice((None, 40.0)),
            employment=rng.choice((None, "employee", "contractor")), cost_rate=rng.choice((None, 50.0, 71.25)),
            cost_currency=rng.choice((None, "EUR", "GBP")), joined_on=rng.choice((None, _day(rng, 0, 60))),
        )
        for person in PEOPLE
    ]  # fmt: skip


def _projects(rng: Random, tables: Tables) -> list[Row]:
    return [
        row(
            "projects", project_id=project, client_id=rng.choice(CLIENTS), manager_id=rng.choice(("ana", "bo", None)),
            billing=rng.choice((None, "fixed_price")), currency=rng.choice(("EUR", "GBP", None)),
            contract_value=rng.choice((None, 0.0, 900.0, 1000.0)), baseline_margin=rng.choice((None, 0.25)),
            budget_hours=rng.choice((None, 0.0, 400.0)), signed_at=rng.choice((None, _instant(rng, -30, 10))),
            kicked_off_at=rng.choice((None, _instant(rng, 0, 30))), starts_on=rng.choice((None, _day(rng, -20, 20))),
            ends_on=rng.choice((None, _day(rng, 60, DAYS))), region=rng.choice((None, "GB")),
            closed_at=rng.choice((None, None, _instant(rng, 120, DAYS))),
        )
        for project in PROJECTS
    ]  # fmt: skip


def _forecasts(rng: Random, tables: Tables) -> list[Row]:
    made = []
    for project in PROJECTS:
        at = _instant(rng, 0, 40)
        for _ in range(rng.randint(0, 12)):
            made.append(
                row(
                    "forecasts", project_id=project, made_at=at,
                    cost_at_completion=rng.choice((0.0, 700.5, 800.0, 950.0)),
                    revenue_at_completion=rng.choice((None, None, 0.0, 1000.0, 1100.25)),
                    hours_at_completion=rng.choice((None, 420.0)), ends_on=rng.choice((None, _day(rng, 60, DAYS))),
                )
            )  # fmt: skip
            at += dt.timedelta(days=rng.randint(3, 35), minutes=rng.randint(0, 600))
    return made


def _change_requests(rng: Random, tables: Tables) -> list[Row]:
    made = []
    for number in range(rng.randint(0, 8)):
        raised = _instant(rng, 0, DAYS)
        decided = rng.choice((None, raised + dt.timedelta(days=rng.randint(0, 60))))
        made.append(
            row("change_requests", change_id=f"C{number}", project_id=rng.choice(PROJECTS), raised_at=raised,
                value=rng.choice((None, 50.0, 120.1)), hours=rng.choice((None, 16.0)), decided_at=decided,
                accepted=None if decided is None else rng.random() < 0.7)
        )  # fmt: skip
    return made


def _assignments(rng: Random, tables: Tables) -> list[Row]:
    made = []
    for number in range(rng.randint(0, 6)):
        starts = _day(rng, 0, DAYS - 40)
        made.append(
            row(
                "assignments", assignment_id=f"A{number}", project_id=rng.choice(PROJECTS),
                person_id=rng.choice(PEOPLE), starts_on=starts,
                ends_on=rng.choice((None, starts + dt.timedelta(days=rng.randint(5, 90)))),
                hours_per_week=rng.choice((None, 20.0, 40.0)), bill_rate=rng.choice((None, 99.99, 140.0)),
                booked_at=rng.choice((None, _instant(rng, -10, DAYS))),
            )
        )  # fmt: skip
    return made


def _time_entries(rng: Random, tables: Tables) -> list[Row]:
    made = []
    for number in range(rng.randint(0, 60)):
        day = _day(rng, 0, DAYS)
        entered = dt.datetime(day.year, day.month, day.day, 17, tzinfo=dt.UTC) + dt.timedelta(hours=rng.randint(0, 300))
        rejected = rng.choice((None, None, entered + dt.timedelta(days=9)))
        made.append(
            row("time_entries", entry_id=f"T{number}", person_id=rng.choice(PEOPLE), project_id=rng.choice(PROJECTS),
                worked_on=day, hours=rng.choice((0.25, 7.6, 8.0)), billable=rng.choice((None, True, False)),
                entered_at=entered, rejected_at=rejected)
        )  # fmt: skip
    return made


def _actuals(rng: Random, tables: Tables) -> list[Row]:
    return [
        row("actuals", project_id=project, period=dt.date(2025, month, 1), cost=rng.choice((None, 70.25, 90.0)),
            revenue_recognised=rng.choice((None, 0.0, 95.5, 110.0)),
            known_at=rng.choice((None, dt.datetime(2025, month + 1, 4, 12, tzinfo=dt.UTC))))
        for project in PROJECTS
        for month in range(1, rng.randint(1, 8))
    ]  # fmt: skip


def _milestones(rng: Random, tables: Tables) -> list[Row]:
    made = []
    for number in range(rng.randint(0, 4)):
        achieved = _instant(rng, 20, DAYS)
        billed = rng.choice((None, achieved + dt.timedelta(days=rng.randint(0, 30))))
        made.append(
            row("milestones", milestone_id=f"M{number}", project_id=rng.choice(PROJECTS), due_on=_day(rng, 20, DAYS),
                achieved_at=achieved, billed_at=billed, created_at=rng.choice((None, _instant(rng, 0, 10))))
        )  # fmt: skip
    return made


def _invoices(rng: Random, tables: Tables) -> list[Row]:
    made = []
    for number in range(rng.randint(0, 8)):
        issued = _instant(rng, 20, DAYS)
        made.append(
            row("invoices", invoice_id=f"I{number}", project_id=rng.choice(PROJECTS), issued_at=issued,
                amount=rng.choice((-20.5, 100.0, 130.0)), paid_at=rng.choice((None, issued + dt.timedelta(days=30))))
        )  # fmt: skip
    return made


_REVISED: dict[tuple[str, str], Sequence[object]] = {
    ("projects", "contract_value"): (None, 950.0, 1200.0),
    ("projects", "baseline_margin"): (0.1, 0.3),
    ("projects", "ends_on"): (dt.date(2025, 6, 1), dt.date(2025, 9, 1)),
    ("projects", "starts_on"): (dt.date(2025, 1, 20),),
    ("projects", "client_id"): CLIENTS,
    ("projects", "manager_id"): PEOPLE,
    ("forecasts", "cost_at_completion"): (650.0, 990.0),
    ("forecasts", "revenue_at_completion"): (None, 1050.0),
    ("forecasts", "ends_on"): (dt.date(2025, 5, 30), dt.date(2025, 8, 8)),
    ("milestones", "due_on"): (dt.date(2025, 4, 1), dt.date(2025, 7, 1), dt.date(2025, 8, 15)),
    ("change_requests", "value"): (None, 80.0),
    ("actuals", "cost"): (75.0, 100.0),
    ("actuals", "revenue_recognised"): (None, 105.0),
    ("invoices", "amount"): (90.0, 140.0),
    ("assignments", "bill_rate"): (80.0,),
    ("time_entries", "hours"): (4.0,),
}


def _revisions(rng: Random, tables: Tables) -> list[Row]:
    """Of a third of the cells that may be overwritten: what they held from the start, mostly, and what came later."""
    said = []
    for (name, column), values in _REVISED.items():
        for cells in tables[name]:
            if rng.random() > (0.05 if name == "time_entries" else 0.3):
                continue
            since = known_at(tables, name, cells)
            if rng.random() < 0.7:
                said.append(revision(name, cells, column, rng.choice(values), since))
            later = {_instant(rng, 10, DAYS + 10) for _ in range(rng.randint(0, 2))} - {since}
            said += [revision(name, cells, column, rng.choice(values), known) for known in sorted(later)]
    return said


_MAKERS: dict[str, Callable[[Random, Tables], list[Row]]] = {
    "people": _people, "projects": _projects, "forecasts": _forecasts, "change_requests": _change_requests,
    "assignments": _assignments, "time_entries": _time_entries, "actuals": _actuals, "milestones": _milestones,
    "invoices": _invoices, "revisions": _revisions,
}  # fmt: skip


def _day(rng: Random, low: int, high: int) -> dt.date:
    return FIRST.date() + dt.timedelta(days=rng.randint(low, high))


def _instant(rng: Random, low: int, high: int) -> dt.datetime:
    return FIRST + dt.timedelta(days=rng.randint(low, high), minutes=rng.randint(0, 900))
