"""Records from which all that became known after an instant is physically gone, row by row and cell by cell.

Written from the rules that `models.records.TABLES` states and from nothing else: no line of `models.point_in_time` is
used, or both would err alike. Plain and slow, a row at a time.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl

from models.records import TABLES, Column, Kind, Records, Table

UTC = dt.UTC
EPOCH = dt.datetime(1970, 1, 1, tzinfo=UTC)
DAY = dt.timedelta(days=1)
ENDS_OF_DAY = {"worked_on", "on"}
"""Days that make their row known when they are over; any other does as it begins."""
DATES_ROWS = {"timezone", "person_id", "project_id"}
"""By these cells other instants are dated: they are the clock, as given, and no knowledge."""
CLOCK = {"person_id", "timezone", "joined_on"}
"""What is left of a person who is only named as yet: the clock, and from when on the row is known."""

Cells = dict[str, Any]
Said = Mapping[str, Mapping[str, list[Cells]]]
"""The revisions of one table, by the key of their row and by column."""


@dataclass(frozen=True)
class Deleted:
    """What is left of the records, and how many rows and cells are gone."""

    records: Records
    rows: int
    cells: int


def without_what_came_later(records: Records, as_of: dt.datetime) -> Deleted:
    """The records as if nothing that became known after ``as_of`` had ever been written down.

    A row known later is gone. A happening that is later is null, and so is a cell whose first value ``revisions`` hold:
    what it says is the last value of all, and what stood at ``as_of`` is told by the revisions up to then. Of a person
    who is booked and has not joined nothing but the clock is left.
    """
    dated, said = Dates(records), _revisions(records)
    left: dict[str, pl.DataFrame] = {}
    known: dict[str, set[str]] = {}
    cells = 0
    for name, frame in records.items():
        if name == "revisions":
            continue
        table, kept = TABLES[name], []
        known[name] = set()
        for row in frame.iter_rows(named=True):
            since, key = dated.known_at(table, row), key_of(table, row)
            if since > as_of:
                continue
            gone = _later_cells(table, row, _first_values_told(table, since, said[name][key]), as_of, dated)
            kept.append(tuple((row | dict.fromkeys(gone)).values()))
            cells += sum(row[column] is not None for column in gone)
            known[name].add(key)
        left[name] = pl.DataFrame(kept, schema=frame.schema, orient="row")
    if "people" in records:
        left["people"] = pl.concat([left["people"], _clocks(records["people"], left)])
    if "revisions" in records:
        left["revisions"], hidden = _revisions_by(records["revisions"], known, as_of)
        cells += hidden
    return Deleted(left, sum(records[name].height - frame.height for name, frame in left.items()), cells)


def _clocks(people: pl.DataFrame, left: Records) -> pl.DataFrame:
    """The zones of those whom something known names before they are known themselves, and no other cell of theirs."""
    named = {person for frame in left.values() if "person_id" in frame.columns for person in frame["person_id"]}
    named -= set(left["people"]["person_id"])
    kept = [
        tuple(value if name in CLOCK else None for name, value in row.items())
        for row in people.iter_rows(named=True)
        if row["person_id"] in named
    ]
    return pl.DataFrame(kept, schema=people.schema, orient="row")


class Dates:
    """From when on the rows of some records are known."""

    def __init__(self, records: Records) -> None:
        people = records.get("people", TABLES["people"].empty())
        self._zones = dict(zip(people["person_id"], people["timezone"], strict=True))
        self._projects: dict[str, dt.datetime] = {}
        for row in records.get("projects", TABLES["projects"].empty()).iter_rows(named=True):
            self._projects[row["project_id"]] = self.known_at(TABLES["projects"], row)

    def known_at(self, table: Table, row: Cells) -> dt.datetime:
        """The first of the table's ``known_from`` that tells; rows of which none does were always known."""
        for source in table.known_from:
            told = self._projects.get(row["project_id"]) if source == "projects" else self._told(row, source)
            if told is not None:
                return told
        return EPOCH

    def happened_at(self, row: Cells, column: Column) -> dt.datetime | None:
        """When a happening was to be seen: a bare day at its end. None where nothing tells."""
        told = next((row[source] for source in column.told_by if row[source] is not None), None)
        return None if told is None else self.instant(row, told)

    def instant(self, row: Cells, told: dt.date) -> dt.datetime:
        """A happening's cell as an instant."""
        return told if isinstance(told, dt.datetime) else _starts(told + DAY, self._zone(row)) - dt.timedelta.resolution

    def _told(self, row: Cells, source: str) -> dt.datetime | None:
        value, zone = row[source], self._zone(row)
        if value is None or isinstance(value, dt.datetime):
            return value
        if source == "period":
            month_after = (value.replace(day=1) + 32 * DAY).replace(day=1)
            return _starts(month_after + 10 * DAY, zone) - dt.timedelta.resolution
        if source in ENDS_OF_DAY:
            return _starts(value + DAY, zone) - dt.timedelta.resolution
        return _starts(value, zone)

    def _zone(self, row: Cells) -> str | None:
        return row["timezone"] if "timezone" in row else self._zones.get(row.get("person_id"))


def key_of(table: Table, row: Cells) -> str:
    """A row's key as ``revisions`` write it."""
    return "/".join(_text(row[part]) for part in table.key)


def _text(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, dt.date) else str(value)


def _starts(day: dt.date, zone: str | None) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, tzinfo=_clock(zone)).astimezone(UTC)


@cache
def _clock(zone: str | None) -> dt.tzinfo:
    """A zone that nobody knows is read as UTC."""
    try:
        return ZoneInfo(zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _revisions(records: Records) -> Mapping[str, Said]:
    said: dict[str, dict[str, dict[str, list[Cells]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for row in records.get("revisions", TABLES["revisions"].empty()).iter_rows(named=True):
        said[row["table"]][row["key"]][row["column"]].append(row)
    return said


def _first_values_told(table: Table, since: dt.datetime, said: Mapping[str, list[Cells]]) -> set[str]:
    """The columns of a row whose first value revisions hold, so that the given one is of later; no column that dates
    another."""
    dating = {source for column in table.columns for source in column.told_by if source != column.name}
    return {column for column, told in said.items() if any(one["known_at"] <= since for one in told)} - dating


def _later_cells(table: Table, row: Cells, overwritten: set[str], as_of: dt.datetime, dated: Dates) -> list[str]:
    """The columns of a known row whose cells tell of what came later."""
    makes_known = next((source for source in table.known_from if row.get(source) is not None), None)
    gone = []
    for column in table.columns:
        if column.name in {*table.key, *DATES_ROWS, makes_known}:
            continue
        happened = dated.happened_at(row, column)
        later = column.happening and (happened is None or happened > as_of)
        if later or column.name in overwritten:
            gone.append(column.name)
    return gone


def _revisions_by(frame: pl.DataFrame, known: Mapping[str, set[str]], as_of: dt.datetime) -> tuple[pl.DataFrame, int]:
    """The revisions known by ``as_of`` of rows known by then, and in how many of them a later happening is gone."""
    kept, hidden = [], 0
    for row in frame.iter_rows(named=True):
        if row["known_at"] > as_of or row["key"] not in known.get(row["table"], ()):
            continue
        if _plans_ahead(row, as_of):
            row["value"], hidden = None, hidden + 1
        kept.append(tuple(row.values()))
    return pl.DataFrame(kept, schema=frame.schema, orient="row"), hidden


def _plans_ahead(row: Cells, as_of: dt.datetime) -> bool:
    """Whether a revision sets a happening to a moment that has not come yet: until then its cell is null."""
    column = TABLES[row["table"]].by_name.get(row["column"])
    if column is None or not column.happening or column.kind is not Kind.INSTANT or row["value"] is None:
        return False
    return dt.datetime.fromisoformat(row["value"]) > as_of
