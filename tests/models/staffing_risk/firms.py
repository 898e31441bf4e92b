"""Small firms whose requests are opened, moved, filled, cancelled and forgotten, with people who are booked or free."""

import datetime as dt
from collections.abc import Callable, Sequence
from random import Random

from models.records import TABLES
from tests.models.future import Row, Tables, known_at, revision, row

FIRST_DAY = dt.date(2025, 1, 6)
DAYS = 200
ROLES = ("dev", "lead")
REGIONS = (None, "GB", "US")
SKILLS = (None, "", "sql", "sql;Spark", " spark ; SQL;", "go;sql;spark")
PEOPLE = ("ana", "bo/2", "张伟", "dee", "eve", "fay")
REQUESTERS = (None, "mona", "paul")


def firm(seed: int) -> Tables:
    """Some 28 weeks from 6 January 2025, of up to six people and 25 requests."""
    rng = Random(seed)
    tables: Tables = {name: [] for name in TABLES if name in _MAKERS}
    tables["revisions"] = []
    for name, make in _MAKERS.items():
        tables[name] = make(rng, tables)
    return tables


def some_instant(rng: Random) -> dt.datetime:
    """An instant of the later weeks of a firm, when requests have a history."""
    return _instant(rng, 40, DAYS)


def _people(rng: Random, tables: Tables) -> list[Row]:
    return [
        row(
            "people", person_id=person, job_role=rng.choice(ROLES), region=rng.choice(REGIONS),
            skills=rng.choice(SKILLS), hours_per_week=rng.choice((None, 0.0, 24.0, 37.5, 40.0)),
            timezone=rng.choice((None, "Pacific/Auckland", "America/New_York")),
            joined_on=rng.choice((None, dt.date(2019, 5, 1), _day(rng, 0, 120))),
            left_on=rng.choice((None, None, _day(rng, 60, DAYS))),
        )
        for person in rng.sample(PEOPLE, rng.randint(0, 6))
    ]  # fmt: skip


def _projects(rng: Random, tables: Tables) -> list[Row]:
    return [
        row("projects", project_id=f"P{number}", client_id=rng.choice((None, "c1", "c2")),
            currency=rng.choice((None, "GBP", "EUR")), billing=rng.choice((None, "retainer")),
            signed_at=rng.choice((None, _instant(rng, -60, 90))), starts_on=rng.choice((None, _day(rng, -60, 90))),
            ends_on=rng.choice((None, _day(rng, 90, 300))), kicked_off_at=rng.choice((None, _instant(rng, 0, 150))))
        for number in range(4)
    ]  # fmt: skip


def _requests(rng: Random, tables: Tables) -> list[Row]:
    made = []
    for number in range(rng.randint(1, 25)):
        opened = _instant(rng, -10, DAYS - 20)
        needed = opened.date() + dt.timedelta(days=rng.randint(-1, 70))
        ended = opened + dt.timedelta(days=rng.choice((0, 1, 3, 7, 20, 33, 80)), minutes=rng.choice((0, 0, 77)))
        end = rng.choice(("filled", "filled", "cancelled", "open", "undated"))
        made.append(
            row("resource_requests", request_id=f"R{number}", job_role=rng.choice(ROLES), skills=rng.choice(SKILLS),
                project_id=rng.choice((None, "P0", "P1", "P2", "gone")), region=rng.choice(REGIONS),
                remote_ok=rng.choice((None, True, False)), grade=rng.choice((None, "G3", "G4")),
                hours_per_week=rng.choice((None, 20.0, 40.0)), headcount=rng.choice((None, 1, 1, 3)),
                bill_rate=rng.choice((None, 0.0, 99.99, 140.0)), effort_hours=rng.choice((None, 400.0)),
                priority=rng.choice((None, "high")), requester=rng.choice(REQUESTERS), opened_at=opened,
                needed_by=needed, ends_on=rng.choice((None, needed + dt.timedelta(days=rng.randint(0, 90)))),
                filled_at=ended if end == "filled" else None, cancelled_at=ended if end == "cancelled" else None,
                status={"undated": "filled", "open": rng.choice((None, "open"))}.get(end, end))
        )  # fmt: skip
    return made


def _assignments(rng: Random, tables: Tables) -> list[Row]:
    made = []
    for number in range(rng.randint(0, 12) if tables["people"] else 0):
        starts = _day(rng, -30, DAYS)
        made.append(
            row("assignments", assignment_id=f"A{number}", project_id=rng.choice(("P0", "P1", "gone")),
                person_id=rng.choice(tables["people"])["person_id"], starts_on=starts,
                hours_per_week=rng.choice((None, 0.0, 10.0, 37.5)),
                ends_on=rng.choice((None, starts + dt.timedelta(days=rng.randint(0, 80)))),
                booked_at=rng.choice((None, _instant(rng, -40, DAYS))),
                released_on=rng.choice((None, None, starts + dt.timedelta(days=rng.randint(0, 60)))))
        )  # fmt: skip
    return made


_SOME_DAYS = tuple(FIRST_DAY + dt.timedelta(days=number) for number in range(-20, DAYS + 60, 9))
_REVISED: dict[tuple[str, str], Sequence[object]] = {
    ("people", "job_role"): ROLES,
    ("people", "region"): REGIONS,
    ("people", "skills"): SKILLS,
    ("people", "hours_per_week"): (20.0, 40.0),
    ("people", "left_on"): (None, *_SOME_DAYS[10:]),
    ("projects", "client_id"): ("c1", "c2", None),
    ("projects", "currency"): ("USD", None),
    ("projects", "starts_on"): _SOME_DAYS,
    ("resource_requests", "needed_by"): _SOME_DAYS,
    ("resource_requests", "job_role"): ROLES,
    ("resource_requests", "region"): REGIONS,
    ("resource_requests", "skills"): SKILLS,
    ("resource_requests", "requester"): REQUESTERS,
    ("resource_requests", "project_id"): ("P0", "P3", "gone", None),
    ("resource_requests", "bill_rate"): (None, 80.0, 120.0),
    ("resource_requests", "headcount"): (2,),
    ("resource_requests", "status"): ("open", "cancelled"),
    ("assignments", "person_id"): PEOPLE,
    ("assignments", "ends_on"): _SOME_DAYS,
    ("assignments", "starts_on"): _SOME_DAYS,
    ("assignments", "hours_per_week"): (8.0, 40.0),
    ("assignments", "released_on"): (None, *_SOME_DAYS),
}


def _revisions(rng: Random, tables: Tables) -> list[Row]:
    """Of some of the cells that may be overwritten: what they held from the start, mostly, and what came later."""
    said = []
    for (name, column), values in _REVISED.items():
        for cells in tables[name]:
            if rng.random() > 0.2:
                continue
            since = known_at(tables, name, cells)
            if rng.random() < 0.7:
                said.append(revision(name, cells, column, rng.choice(values), since))
            later = {_instant(rng, 10, DAYS + 10) for _ in range(rng.randint(0, 2))} - {since}
            said += [revision(name, cells, column, rng.choice(values), known) for known in sorted(later)]
    return said


_MAKERS: dict[str, Callable[[Random, Tables], list[Row]]] = {
    "people": _people, "projects": _projects, "resource_requests": _requests, "assignments": _assignments,
    "revisions": _revisions,
}  # fmt: skip


def _day(rng: Random, low: int, high: int) -> dt.date:
    return FIRST_DAY + dt.timedelta(days=rng.randint(low, high))


def _instant(rng: Random, low: int, high: int) -> dt.datetime:
    return dt.datetime(2025, 1, 6, 9, tzinfo=dt.UTC) + dt.timedelta(
        days=rng.randint(low, high), minutes=rng.randint(0, 900)
    )
