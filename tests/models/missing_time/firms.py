"""Small firms with all that makes point in time hard: people who join, leave and move, late and corrected time."""

import datetime as dt
from collections.abc import Callable, Sequence
from random import Random

import polars as pl

from models.neighbourhood import Fetch
from models.records import TABLES, Records, table_of
from tests.models.future import Row, Tables, known_at, revision, row, start_of_day

FIRST_DAY = dt.date(2025, 1, 6)
DAYS = 112
ZONES = (None, "UTC", "Europe/London", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "Pacific/Honolulu")
REGIONS = (None, "GB", "US")
PEOPLE = ("ana", "bo/2", "张伟", "dee")


def firm(seed: int) -> Tables:
    """16 weeks of up to four people, from 6 January 2025: the clocks change in London, New York and Auckland."""
    rng = Random(seed)
    tables: Tables = {name: [] for name in TABLES if name in _MAKERS}
    tables["revisions"] = []
    for name, make in _MAKERS.items():
        tables[name] = make(rng, tables)
    return tables


def some_instant(rng: Random) -> dt.datetime:
    """An instant of the last weeks of a firm, when people have a history."""
    since = dt.datetime(2025, 1, 6, tzinfo=dt.UTC)
    return since + dt.timedelta(days=rng.randint(14, DAYS - 1), minutes=rng.randint(0, 24 * 60))


def fetch_from(records: Records) -> Fetch:
    """The service's way to the records: rows of a table by the values of a column, ordered by key."""

    def fetch(table, column, values, *, since=None):
        frame = table_of(records, table).filter(pl.col(column).is_in(list(values)))
        if since is not None:
            frame = frame.filter(pl.col(since[0]) >= since[1])
        return frame.sort(TABLES[table].key)

    return fetch


def _people(rng: Random, tables: Tables) -> list[Row]:
    return [
        row(
            "people", person_id=person, job_role=rng.choice(("dev", "lead")), region=rng.choice(REGIONS),
            grade=rng.choice((None, "G3")), timezone=rng.choice(ZONES), employment=rng.choice((None, "employee")),
            hours_per_week=rng.choice((None, 24.0, 37.5, 40.0)), left_on=rng.choice((None, None, _day(rng, 60, DAYS))),
            joined_on=rng.choice((None, dt.date(2019, 5, 1), _day(rng, 0, 70))),
        )
        for person in rng.sample(PEOPLE, rng.randint(1, 4))
    ]  # fmt: skip


def _projects(rng: Random, tables: Tables) -> list[Row]:
    return [
        row("projects", project_id=f"P{number}", currency=rng.choice((None, "GBP", "EUR")),
            signed_at=rng.choice((None, _instant(rng, -60, 40))), starts_on=rng.choice((None, _day(rng, -60, 40))))
        for number in range(3)
    ]  # fmt: skip


def _assignments(rng: Random, tables: Tables) -> list[Row]:
    made = []
    for number in range(rng.randint(0, 6)):
        starts = _day(rng, -30, DAYS)
        made.append(
            row("assignments", assignment_id=f"A{number}", project_id=rng.choice(("P0", "P1", "P2", "gone")),
                person_id=_person(rng, tables), starts_on=starts, hours_per_week=rng.choice((None, 0.0, 10.0, 37.5)),
                ends_on=rng.choice((None, starts + dt.timedelta(days=rng.randint(0, 80)))),
                bill_rate=rng.choice((None, 99.99, 140.0)), booked_at=rng.choice((None, _instant(rng, -40, DAYS))),
                released_on=rng.choice((None, None, starts + dt.timedelta(days=rng.randint(0, 60)))))
        )  # fmt: skip
    return made


def _time_entries(rng: Random, tables: Tables) -> list[Row]:
    made: list[Row] = []
    for person in tables["people"]:
        habit, silent = rng.choice((0.5, 0.9, 1.0)), rng.randint(0, DAYS)
        for number in range(DAYS):
            day = FIRST_DAY + dt.timedelta(days=number)
            chance = 0.05 if day.weekday() > 4 else habit if not silent <= number < silent + 25 else 0.0
            while rng.random() < chance:
                made.append(_entry(rng, f"T{len(made)}", person, day))
                chance /= 6
    return made


def _entry(rng: Random, entry_id: str, person: Row, day: dt.date) -> Row:
    hours = rng.choice((0.0, 0.25, 3.8, 7.6, 7.6, 8.0, 8.0, 8.0, 24.0))
    after = rng.choice((8, 17, 19, 26, 41, 90, 131.5, 170, 400, 1300))
    entered = start_of_day(day, person["timezone"]) + dt.timedelta(hours=after, minutes=rng.randint(0, 59))
    submitted = rng.choice((None, entered + dt.timedelta(hours=5)))
    return row(
        "time_entries", entry_id=entry_id, person_id=person["person_id"], worked_on=day, hours=hours,
        entered_at=None if rng.random() < 0.1 else entered, submitted_at=submitted, project_id="P0",
    )  # fmt: skip


def _time_off(rng: Random, tables: Tables) -> list[Row]:
    made = {}
    for _ in range(rng.randint(0, 4)):
        person, starts = _person(rng, tables), _day(rng, 0, DAYS)
        made[person, starts] = row(
            "time_off", person_id=person, starts_on=starts, ends_on=starts + dt.timedelta(days=rng.randint(-1, 12)),
            booked_at=rng.choice((None, _instant(rng, -20, DAYS))),
        )  # fmt: skip
    return list(made.values())


def _holidays(rng: Random, tables: Tables) -> list[Row]:
    days = {(rng.choice(("GB", "US")), _day(rng, 0, DAYS)) for _ in range(8)}
    return [row("holidays", region=region, on=day) for region, day in sorted(days)]


_SOME_DAYS = tuple(FIRST_DAY + dt.timedelta(days=number) for number in range(-20, DAYS, 3))
_REVISED: dict[tuple[str, str], Sequence[object]] = {
    ("people", "region"): REGIONS,
    ("people", "hours_per_week"): (20.0, 40.0),
    ("people", "left_on"): (None, *_SOME_DAYS[20:]),
    ("people", "job_role"): ("lead",),
    ("projects", "currency"): ("USD", None),
    ("assignments", "ends_on"): _SOME_DAYS,
    ("assignments", "starts_on"): _SOME_DAYS,
    ("assignments", "released_on"): (None, *_SOME_DAYS),
    ("assignments", "bill_rate"): (None, 80.0, 120.0),
    ("assignments", "hours_per_week"): (8.0, 40.0),
    ("assignments", "person_id"): PEOPLE,
    ("time_entries", "hours"): (0.0, 2.0, 24.0),
    ("time_entries", "worked_on"): _SOME_DAYS,
    ("time_entries", "person_id"): PEOPLE,
    ("time_off", "ends_on"): _SOME_DAYS,
}


def _revisions(rng: Random, tables: Tables) -> list[Row]:
    """Of a fifth of the cells that may be overwritten: what they held from the start, mostly, and what came later."""
    said = []
    for (name, column), values in _REVISED.items():
        for cells in tables[name]:
            if rng.random() > (0.03 if name == "time_entries" else 0.3):
                continue
            since = known_at(tables, name, cells)
            if rng.random() < 0.7:
                said.append(revision(name, cells, column, rng.choice(values), since))
            later = {_instant(rng, 10, DAYS + 10) for _ in range(rng.randint(0, 2))} - {since}
            said += [revision(name, cells, column, rng.choice(values), known) for known in sorted(later)]
    return said


_MAKERS: dict[str, Callable[[Random, Tables], list[Row]]] = {
    "people": _people, "projects": _projects, "assignments": _assignments, "time_entries": _time_entries,
    "time_off": _time_off, "holidays": _holidays, "revisions": _revisions,
}  # fmt: skip


def _person(rng: Random, tables: Tables) -> str:
    return rng.choice([person["person_id"] for person in tables["people"]])


def _day(rng: Random, low: int, high: int) -> dt.date:
    return FIRST_DAY + dt.timedelta(days=rng.randint(low, high))


def _instant(rng: Random, low: int, high: int) -> dt.datetime:
    return dt.datetime(2025, 1, 6, 9, tzinfo=dt.UTC) + dt.timedelta(
        days=rng.randint(low, high), minutes=rng.randint(0, 900)
    )
