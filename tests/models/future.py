"""Records as plain rows, from when on a row is known, and how the same records may look at a later export.

Nothing here uses the code under test: instants come from the standard library's zones, a row at a time.
"""

import datetime as dt
from calendar import monthrange
from random import Random
from zoneinfo import ZoneInfo

import polars as pl

from models.records import TABLES, Column, Kind, Records

Row = dict[str, object]
Tables = dict[str, list[Row]]

UTC = dt.UTC
EPOCH = dt.datetime(1970, 1, 1, tzinfo=UTC)
DAY = dt.timedelta(days=1)
MICROSECOND = dt.timedelta(microseconds=1)
CLOCK = "timezone"
"""A person's zone is no knowledge but the clock itself: it is the given one, at any instant."""
DATES_ROWS = ("person_id", "project_id")
"""The zone and the project that date a row are the given ones too, as are the cells that make it known."""


def frames(tables: Tables) -> Records:
    """The rows as canonical tables."""
    return {name: pl.DataFrame(rows, schema=TABLES[name].schema, orient="row") for name, rows in tables.items()}


def row(name: str, **cells: object) -> Row:
    """A row with all the columns of its table."""
    assert set(cells) <= set(TABLES[name].schema), set(cells) - set(TABLES[name].schema)
    return dict.fromkeys(TABLES[name].schema) | cells


def key_of(name: str, cells: Row) -> str:
    """The key of a row as ``revisions`` writes it."""
    return "/".join(as_text(cells[part]) or "" for part in TABLES[name].key)


def start_of_day(day: dt.date, zone: str | None) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone or "UTC")).astimezone(UTC)


def end_of_day(day: dt.date, zone: str | None) -> dt.datetime:
    return start_of_day(day + DAY, zone) - MICROSECOND


def zone_of(tables: Tables, name: str, cells: Row) -> str | None:
    if CLOCK in cells:
        return cells[CLOCK]
    people = {person["person_id"]: person[CLOCK] for person in tables.get("people", [])}
    return people.get(cells.get("person_id"))


def known_at(tables: Tables, name: str, cells: Row) -> dt.datetime:
    """From when on a row is known: the first cell of its table's ``known_from`` that is not null."""
    for source in TABLES[name].known_from:
        told = _told_by_project(tables, cells) if source == "projects" else _told(tables, name, cells, source)
        if told is not None:
            return told
    return EPOCH


def _told_by_project(tables: Tables, cells: Row) -> dt.datetime | None:
    mine = [project for project in tables.get("projects", []) if project["project_id"] == cells["project_id"]]
    return known_at(tables, "projects", mine[0]) if mine else None


def _told(tables: Tables, name: str, cells: Row, source: str) -> dt.datetime | None:
    value = cells[source]
    if value is None or isinstance(value, dt.datetime):
        return value
    zone = zone_of(tables, name, cells)
    if source == "period":
        return end_of_day(value.replace(day=monthrange(value.year, value.month)[1]) + 10 * DAY, zone)
    return end_of_day(value, zone) if source in {"worked_on", "on"} else start_of_day(value, zone)


def any_cell(rng: Random, column: Column, tables: Tables, around: dt.datetime) -> object:
    """Some value for a cell of this kind; ids are those that the tables hold."""
    if column.references:
        return rng.choice(
            [cells[TABLES[column.references].key[0]] for cells in tables.get(column.references, [])] or ["gone"]
        )
    instant = around + dt.timedelta(hours=rng.randint(-1500, 1500), minutes=rng.randint(0, 59))
    some: dict[Kind, object] = {
        Kind.TEXT: rng.choice(column.choices or ("a", "b", "GBP", "EUR")),
        Kind.NUMBER: rng.choice((0.0, 0.25, 1.5, 7.6, 8.0, 24.0, 40.0)),
        Kind.INTEGER: rng.randint(1, 5),
        Kind.FLAG: rng.random() < 0.5,
        Kind.DAY: instant.date(),
        Kind.INSTANT: instant,
    }
    return some[column.kind]


def as_text(value: object) -> str | None:
    """A cell as ``revisions`` writes it."""
    if value is None or isinstance(value, str):
        return value
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, dt.date) else str(value)


def revision(name: str, cells: Row, column: str, value: object, known: dt.datetime) -> Row:
    return {
        "table": name, "key": key_of(name, cells), "column": column, "value": as_text(value), "known_at": known,
    }  # fmt: skip


def rewritten(tables: Tables, as_of: dt.datetime, rng: Random) -> Tables:
    """The same records at a later export: whatever became known after ``as_of`` is another, gone, or new.

    Rows known later are changed, left out or added; happenings that are later are others; later revisions say other
    things; and a cell whose earlier values ``revisions`` hold from the start has any value, as if overwritten.
    """
    after: Tables = {"revisions": _other_revisions(tables, as_of, rng)}
    for name in TABLES:
        if name == "revisions" or name not in tables:
            continue
        kept = [_later_version(tables, name, cells, as_of, rng) for cells in tables[name]]
        after[name] = [cells for cells in kept if cells is not None]
    for name in after:
        if name not in {"revisions", "people"}:
            after[name] += _new_rows(tables, name, as_of, rng)
    known = {name: {key_of(name, cells) for cells in _known(tables, name, as_of)} for name in after}
    return {
        name: [
            cells
            for cells in rows
            if name == "revisions" or key_of(name, cells) in known[name] or known_at(after, name, cells) > as_of
        ]
        for name, rows in after.items()
    }


def _known(tables: Tables, name: str, as_of: dt.datetime) -> list[Row]:
    return [cells for cells in tables[name] if name != "revisions" and known_at(tables, name, cells) <= as_of]


def _later_version(tables: Tables, name: str, cells: Row, as_of: dt.datetime, rng: Random) -> Row | None:
    since = known_at(tables, name, cells)
    later = since > as_of
    if later and name != "people" and rng.random() < 0.4:
        return None
    changed = dict(cells)
    for column in TABLES[name].columns:
        free = later or _is_later(tables, name, cells, column, as_of) or _is_overwritten(tables, name, cells, column)
        if free and column.name not in {*TABLES[name].key, CLOCK} and rng.random() < 0.7:
            changed[column.name] = _another(tables, column, later, as_of, rng)
    since_changed = known_at(tables, name, changed)
    if since_changed != since and not (later and since_changed > as_of):
        changed |= {source: cells[source] for source in (*TABLES[name].known_from, *DATES_ROWS) if source in cells}
    return changed


def _is_later(tables: Tables, name: str, cells: Row, column: Column, as_of: dt.datetime) -> bool:
    """Whether a cell states a happening that is not known at ``as_of``; nothing happens to what was cancelled."""
    if not column.told_by or cells.get("cancelled_at") is not None:
        return False
    told = [cells[source] for source in column.told_by if cells[source] is not None]
    if not told:
        return True
    zone = zone_of(tables, name, cells)
    return (told[0] if isinstance(told[0], dt.datetime) else end_of_day(told[0], zone)) > as_of


def _is_overwritten(tables: Tables, name: str, cells: Row, column: Column) -> bool:
    """Whether ``revisions`` hold what the cell said from the row's start, so that the given one is never read."""
    if any(column.name in other.told_by for other in TABLES[name].columns if other is not column):
        return False
    since, key = known_at(tables, name, cells), key_of(name, cells)
    return any(
        (said["table"], said["key"], said["column"]) == (name, key, column.name) and said["known_at"] <= since
        for said in tables["revisions"]
    )


def _another(tables: Tables, column: Column, anything: bool, as_of: dt.datetime, rng: Random) -> object:
    if not column.required and rng.random() < 0.2:
        return None
    if column.happening and column.kind in {Kind.INSTANT, Kind.DAY} and not anything:
        later = as_of + dt.timedelta(hours=rng.randint(48, 900))
        return later if column.kind is Kind.INSTANT else later.date()
    return any_cell(rng, column, tables, as_of)


def _new_rows(tables: Tables, name: str, as_of: dt.datetime, rng: Random) -> list[Row]:
    made = []
    for number in range(rng.randint(0, 4)):
        cells = {column.name: _another(tables, column, True, as_of, rng) for column in TABLES[name].columns}
        part = TABLES[name].key[0]
        if not TABLES[name].by_name[part].references:
            cells[part] = f"new-{number}"
        elif key_of(name, cells) in {key_of(name, other) for other in [*tables[name], *made]}:
            continue
        if known_at(tables, name, cells) > as_of:
            made.append(cells)
    return made


def _other_revisions(tables: Tables, as_of: dt.datetime, rng: Random) -> list[Row]:
    said = []
    for cells in tables["revisions"]:
        chance = rng.random()
        if cells["known_at"] <= as_of or chance < 0.3:
            said.append(cells)
        elif chance < 0.6:
            said.append(cells | {"value": rng.choice((None, "", "nonsense", "3", "2025-03-03", "true"))})
    told = {(cells["table"], cells["key"], cells["column"], cells["known_at"]) for cells in tables["revisions"]}
    for name, rows in tables.items():
        if name == "revisions" or not rows:
            continue
        free = [column for column in TABLES[name].columns if column.name not in {*TABLES[name].key, CLOCK}]
        for _ in range(rng.randint(0, 6) if free else 0):
            column = rng.choice(free)
            known = as_of + dt.timedelta(minutes=rng.randint(1, 50_000))
            new = revision(name, rng.choice(rows), column.name, any_cell(rng, column, tables, as_of), known)
            identity = (name, new["key"], column.name, known)
            if identity not in told:
                told.add(identity)
                said.append(new)
    return said
