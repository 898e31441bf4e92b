"""Small firms whose projects make point in time hard: handed over, re-planned, revised, entered late."""

import datetime as dt
from collections.abc import Callable, Sequence
from random import Random

from models.records import TABLES
from tests.models.future import Row, Tables, known_at, revision, row

FIRST_DAY = dt.date(2025, 1, 6)
START = dt.datetime(2025, 1, 6, 9, tzinfo=dt.UTC)
DAYS = 150
PROJECTS = ("P0", "P1", "P/2", "项目")
CLIENTS = (None, "acme", "birch")
MANAGERS = (None, "ana", "bo")
PEOPLE = ("ana", "bo", "cy", "dee")
ZONES = (None, "UTC", "America/New_York", "Asia/Kolkata", "Pacific/Auckland")
REGIONS = (None, "GB", "US")
CURRENCIES = (None, "GBP", "EUR")


def firm(seed: int) -> Tables:
    """Five months of four projects of two clients and two managers, from 6 January 2025."""
    rng = Random(seed)
    tables: Tables = {}
    for name, make in _MAKERS.items():
        tables[name] = make(rng)
    tables["revisions"] = _revisions(rng, tables)
    return tables


def some_instant(rng: Random) -> dt.datetime:
    """An instant in the later part of a firm, when projects have a past and a future."""
    return START + dt.timedelta(days=rng.randint(50, DAYS - 20), minutes=rng.randint(0, 24 * 60))


def _projects(rng: Random) -> list[Row]:
    return [
        row(
            "projects", project_id=project, client_id=rng.choice(CLIENTS), manager_id=rng.choice(MANAGERS),
            service_line=rng.choice((None, "data", "change")), billing=rng.choice((None, "fixed_price", "retainer")),
            currency=rng.choice(CURRENCIES), contract_value=rng.choice((None, 0.0, 100_000.0, 250_000.5)),
            baseline_margin=rng.choice((None, 0.3, 0.41)), budget_hours=rng.choice((None, 0.0, 900.0)),
            signed_at=rng.choice((None, _instant(rng, -60, 20))),
            kicked_off_at=rng.choice((None, _instant(rng, -20, 99))),
            starts_on=rng.choice((None, _day(rng, -40, 40))), ends_on=rng.choice((None, _day(rng, 40, 220))),
            closed_at=rng.choice((None, None, _instant(rng, 60, DAYS))), region=rng.choice(REGIONS),
        )
        for project in PROJECTS
    ]  # fmt: skip


def _people(rng: Random) -> list[Row]:
    return [
        row(
            "people", person_id=person, job_role="dev", grade=rng.choice((None, "G3", "senior", "L5")),
            timezone=rng.choice(ZONES), cost_rate=rng.choice((None, 40.0, 71.25)),
            cost_currency=rng.choice(CURRENCIES), hours_per_week=rng.choice((None, 24.0, 40.0)),
            employment=rng.choice((None, "employee", "contractor")),
            joined_on=rng.choice((None, dt.date(2019, 5, 1), _day(rng, 0, 70))),
        )
        for person in rng.sample(PEOPLE, rng.randint(2, 4))
    ]  # fmt: skip


def _assignments(rng: Random) -> list[Row]:
    made = []
    for number in range(rng.randint(0, 9)):
        starts = _day(rng, -30, DAYS)
        ends = (None, starts + dt.timedelta(days=rng.randint(0, 80)))
        made.append(
            row("assignments", assignment_id=f"A{number}", project_id=rng.choice((*PROJECTS, "gone")),
                person_id=rng.choice(PEOPLE), starts_on=starts, hours_per_week=rng.choice((None, 0.0, 10.0, 37.5)),
                ends_on=rng.choice(ends), released_on=rng.choice((None, *ends)),
                bill_rate=rng.choice((None, 99.99, 140.0)), booked_at=rng.choice((None, _instant(rng, -40, DAYS))))
        )  # fmt: skip
    return made


def _time_entries(rng: Random) -> list[Row]:
    made = []
    for number in range(rng.randint(0, 70)):
        day = _day(rng, 0, DAYS)
        entered = _at(day) + dt.timedelta(hours=rng.choice((8, 17, 90, 170, 400)), minutes=rng.randint(0, 59))
        made.append(
            row("time_entries", entry_id=f"T{number}", person_id=rng.choice(PEOPLE),
                project_id=rng.choice((None, *PROJECTS)), worked_on=day, hours=rng.choice((0.0, 0.25, 3.8, 8.0)),
                billable=rng.choice((None, True, True, False)), entered_at=rng.choice((None, entered, entered)),
                rejected_at=rng.choice((None, None, None, entered + dt.timedelta(days=rng.randint(0, 40)))))
        )  # fmt: skip
    return made


def _milestones(rng: Random) -> list[Row]:
    made = []
    for number in range(rng.randint(1, 10)):
        due, steps = _day(rng, 0, DAYS), [_at(_day(rng, 0, DAYS))]
        for _ in range(2):
            steps.append(steps[-1] + dt.timedelta(hours=rng.choice((0, 5, 100, 400))))
        reached = rng.randint(0, 3)
        achieved, accepted, billed = (step if number < reached else None for number, step in enumerate(steps))
        made.append(
            row("milestones", milestone_id=f"M{number}", project_id=rng.choice((*PROJECTS, "gone")), due_on=due,
                amount=rng.choice((None, 0.0, 12_000.0, 40_000.4)), achieved_at=achieved, accepted_at=accepted,
                billed_at=billed, created_at=rng.choice((None, _instant(rng, -60, 60))),
                cancelled_at=rng.choice((None, None, None, None, _instant(rng, 30, DAYS))))
        )  # fmt: skip
    return made


def _change_requests(rng: Random) -> list[Row]:
    made = []
    for number in range(rng.randint(0, 8)):
        raised = _instant(rng, 0, DAYS - 20)
        decided = rng.choice((None, raised + dt.timedelta(days=rng.randint(0, 60))))
        made.append(
            row("change_requests", change_id=f"C{number}", project_id=rng.choice(PROJECTS), raised_at=raised,
                value=rng.choice((None, 5_000.0, -1_200.5)), hours=rng.choice((None, 40.0)), decided_at=decided,
                accepted=None if decided is None else rng.choice((True, False, None)))
        )  # fmt: skip
    return made


def _forecasts(rng: Random) -> list[Row]:
    made = {}
    for _ in range(rng.randint(0, 16)):
        project, at = rng.choice(PROJECTS), _instant(rng, -10, DAYS)
        made[project, at] = row(
            "forecasts", project_id=project, made_at=at, cost_at_completion=rng.choice((60_000.0, 99_000.5, 300_000.0)),
            revenue_at_completion=rng.choice((None, 0.0, 150_000.0)), hours_at_completion=rng.choice((None, 1_000.0)),
            ends_on=rng.choice((None, _day(rng, 60, 220))),
        )  # fmt: skip
    return list(made.values())


def _actuals(rng: Random) -> list[Row]:
    return [
        row("actuals", project_id=project, period=dt.date(2025, month, 1), cost=rng.choice((None, 9_000.0, -100.0)),
            revenue_recognised=rng.choice((None, 0.0, 14_000.25)),
            known_at=rng.choice((None, dt.datetime(2025, month + 1, rng.randint(3, 20), tzinfo=dt.UTC))))
        for project in PROJECTS for month in range(1, 6) if rng.random() < 0.6
    ]  # fmt: skip


def _invoices(rng: Random) -> list[Row]:
    made = []
    for number in range(rng.randint(0, 9)):
        issued = _instant(rng, -20, DAYS)
        later = [None, issued + dt.timedelta(days=rng.randint(0, 60))]
        made.append(
            row("invoices", invoice_id=f"I{number}", project_id=rng.choice(PROJECTS), issued_at=issued, amount=1_000.0,
                paid_at=rng.choice(later), disputed_at=rng.choice([None, *later]))
        )  # fmt: skip
    return made


def _approvals(rng: Random) -> list[Row]:
    made = []
    for number in range(rng.randint(0, 6)):
        opened = _instant(rng, 0, DAYS)
        made.append(
            row("approvals", approval_id=f"V{number}", kind="discount", project_id=rng.choice((None, *PROJECTS)),
                opened_at=opened, closed_at=rng.choice((None, opened + dt.timedelta(days=rng.randint(0, 50)))))
        )  # fmt: skip
    return made


def _holidays(rng: Random) -> list[Row]:
    days = {(rng.choice(("GB", "US")), _day(rng, 0, DAYS + 30)) for _ in range(10)}
    return [row("holidays", region=region, on=day) for region, day in sorted(days)]


_SOME_DAYS = tuple(FIRST_DAY + dt.timedelta(days=number) for number in range(-20, DAYS, 7))
_SOME_INSTANTS = tuple(START + dt.timedelta(days=number) for number in range(-20, DAYS, 9))
_REVISED: dict[tuple[str, str], Sequence[object]] = {
    ("projects", "client_id"): CLIENTS,
    ("projects", "manager_id"): MANAGERS,
    ("projects", "contract_value"): (None, 80_000.0),
    ("projects", "ends_on"): (None, *_SOME_DAYS[10:]),
    ("projects", "region"): REGIONS,
    ("projects", "currency"): CURRENCIES,
    ("people", "cost_rate"): (None, 55.0),
    ("people", "grade"): ("G4", None),
    ("assignments", "project_id"): PROJECTS,
    ("assignments", "person_id"): PEOPLE,
    ("assignments", "ends_on"): (None, *_SOME_DAYS),
    ("assignments", "bill_rate"): (None, 120.0),
    ("time_entries", "project_id"): PROJECTS,
    ("time_entries", "hours"): (0.0, 2.0),
    ("time_entries", "written_off_hours"): (None, 1.5, 8.0),
    ("time_entries", "person_id"): PEOPLE,
    ("milestones", "due_on"): _SOME_DAYS,
    ("milestones", "project_id"): PROJECTS,
    ("milestones", "billed_at"): (None, *_SOME_INSTANTS),
    ("milestones", "achieved_at"): (None, *_SOME_INSTANTS),
    ("change_requests", "value"): (None, 3_000.0),
    ("change_requests", "project_id"): PROJECTS,
    ("forecasts", "cost_at_completion"): (70_000.0,),
    ("actuals", "cost"): (None, 8_000.0),
    ("invoices", "paid_at"): (None, *_SOME_INSTANTS),
    ("approvals", "project_id"): (None, *PROJECTS),
}


def _revisions(rng: Random, tables: Tables) -> list[Row]:
    """Of a quarter of the cells that may be overwritten: what they held from the start, mostly, and what came later."""
    said = []
    for (name, column), values in _REVISED.items():
        for cells in tables[name]:
            if rng.random() > (0.05 if name == "time_entries" else 0.25):
                continue
            since = known_at(tables, name, cells)
            if rng.random() < 0.7:
                said.append(revision(name, cells, column, rng.choice(values), since))
            later = {_instant(rng, 10, DAYS) for _ in range(rng.randint(0, 2))} - {since}
            said += [revision(name, cells, column, rng.choice(values), known) for known in sorted(later)]
    return said


_MAKERS: dict[str, Callable[[Random], list[Row]]] = {
    "projects": _projects, "people": _people, "assignments": _assignments, "time_entries": _time_entries,
    "milestones": _milestones, "change_requests": _change_requests, "forecasts": _forecasts, "actuals": _actuals,
    "invoices": _invoices, "approvals": _approvals, "holidays": _holidays,
}  # fmt: skip

assert set(_MAKERS) <= set(TABLES)


def _day(rng: Random, low: int, high: int) -> dt.date:
    return FIRST_DAY + dt.timedelta(days=rng.randint(low, high))


def _instant(rng: Random, low: int, high: int) -> dt.datetime:
    return START + dt.timedelta(days=rng.randint(low, high), minutes=rng.randint(0, 900))


def _at(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
