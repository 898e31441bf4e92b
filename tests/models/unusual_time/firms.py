"""The small firms of `missing_time`, with clients, approvals, and entries that are sent back, corrected and moved."""

import datetime as dt
from collections.abc import Sequence
from random import Random

from tests.models.future import Row, Tables, known_at, revision, row
from tests.models.missing_time import firms

CLIENTS = (None, "C0", "C1")
MANAGERS = (None, "ana", "dee")
PROJECTS = ("P0", "P1", "P2")
CATEGORIES = (None, "dev", "test")


def firm(seed: int) -> Tables:
    """16 weeks of up to four people on three projects of up to two clients."""
    rng = Random(seed + 1)
    tables = firms.firm(seed)
    tables["projects"] = [_project(rng, name) for name in PROJECTS]
    tables["time_entries"] = [_entry(rng, tables, cells) for cells in tables["time_entries"]]
    tables["revisions"] = [said for said in tables["revisions"] if said["table"] != "projects"] + _revisions(
        rng, tables
    )
    return tables


def _project(rng: Random, name: str) -> Row:
    starts = dt.date(2025, 1, 6) + dt.timedelta(days=rng.randint(-40, 30))
    return row(
        "projects", project_id=name, client_id=rng.choice(CLIENTS), manager_id=rng.choice(MANAGERS),
        billing=rng.choice((None, "fixed_price")), currency=rng.choice((None, "EUR")), region=rng.choice((None, "GB")),
        budget_hours=rng.choice((None, 0.0, 200.0, 1000.0)), starts_on=rng.choice((None, starts)),
        ends_on=rng.choice((None, starts + dt.timedelta(days=rng.randint(30, 120)))),
        closed_at=rng.choice((None, _later(rng, dt.datetime(2025, 2, 1, 9, tzinfo=dt.UTC), 90))),
    )  # fmt: skip


def _entry(rng: Random, tables: Tables, cells: Row) -> Row:
    """The entry with a project, a category, and what became of it."""
    cells = cells | {
        "project_id": rng.choice((*PROJECTS, "P0", "P0", None)),
        "category": rng.choice(CATEGORIES),
        "billable": rng.choice((None, True, True, False)),
    }
    since = known_at(tables, "time_entries", cells)
    if rng.random() < 0.15:
        cells["rejected_at"] = _later(rng, since, 30)
        cells["corrected_at"] = rng.choice((None, _later(rng, cells["rejected_at"], 9)))
    elif rng.random() < 0.6:
        cells["approved_at"] = _later(rng, since, 20)
    return cells


_SOME = tuple(dt.datetime(2025, 2, 1, 9, tzinfo=dt.UTC) + dt.timedelta(days=day) for day in range(0, 80, 7))
_REVISED: dict[tuple[str, str], Sequence[object]] = {
    ("projects", "client_id"): CLIENTS,
    ("projects", "manager_id"): MANAGERS,
    ("projects", "budget_hours"): (None, 50.0, 500.0),
    ("projects", "ends_on"): tuple(instant.date() for instant in _SOME),
    ("projects", "closed_at"): (None, *_SOME),
    ("projects", "currency"): ("USD",),
    ("time_entries", "project_id"): PROJECTS,
    ("time_entries", "category"): ("dev", "test"),
    ("time_entries", "billable"): (True, False),
    ("time_entries", "written_off_hours"): (0.0, 1.0, None),
    ("time_entries", "rejected_at"): (None, *_SOME),
    ("time_entries", "invoice_id"): ("I1", None),
}


def _revisions(rng: Random, tables: Tables) -> list[Row]:
    said = []
    for (name, column), values in _REVISED.items():
        for cells in tables[name]:
            if rng.random() > (0.04 if name == "time_entries" else 0.4):
                continue
            since = known_at(tables, name, cells)
            if rng.random() < 0.6:
                said.append(revision(name, cells, column, _text(rng.choice(values)), since))
            later = {_later(rng, max(since, _SOME[0]), 40) for _ in range(rng.randint(0, 2))} - {since}
            said += [revision(name, cells, column, _text(rng.choice(values)), known) for known in sorted(later)]
    return said


def _text(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value


def _later(rng: Random, instant: dt.datetime, days: int) -> dt.datetime:
    return instant + dt.timedelta(days=rng.randint(0, days), minutes=rng.randint(1, 900))
