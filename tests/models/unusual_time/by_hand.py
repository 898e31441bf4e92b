"""Some fields of a snapshot, worked out slowly and plainly from rows: what `history.build` must agree with."""

import datetime as dt
from collections import defaultdict
from functools import lru_cache

from models.records import TABLES, Column, Kind
from tests.models.future import DAY, Row, Tables, end_of_day, key_of, known_at, zone_of

WINDOW, PROJECT_WINDOW, LONGEST = 56 * DAY, 84 * DAY, 56 * DAY


class Hand:
    """One firm's records, looked at a row at a time."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.said = defaultdict(list)
        for line in sorted(tables["revisions"], key=lambda line: line["known_at"]):
            self.said[line["table"], line["key"], line["column"]].append((line["known_at"], line["value"]))
        self.entries = {cells["entry_id"]: cells for cells in tables["time_entries"]}
        self.since = {name: known_at(tables, "time_entries", cells) for name, cells in self.entries.items()}
        self.questioned_at, self.project = lru_cache(None)(self._questioned_at), lru_cache(None)(self._project)
        self.first = {name: self.seen("time_entries", self.entries[name], self.since[name]) for name in self.entries}

    def known(self, name: str, as_of: dt.datetime) -> list[Row]:
        rows = self.tables[name]
        return [self.seen(name, cells, as_of) for cells in rows if known_at(self.tables, name, cells) <= as_of]

    def seen(self, name: str, cells: Row, as_of: dt.datetime) -> Row:
        """A row's cells as they were known at ``as_of``."""
        return {column.name: self._cell(name, cells, column, as_of) for column in TABLES[name].columns}

    def _cell(self, name: str, cells: Row, column: Column, as_of: dt.datetime) -> object:
        told = [value for known, value in self.said[name, key_of(name, cells), column.name] if known <= as_of]
        value = _read(column, told[-1]) if told else cells[column.name]
        if not column.happening:
            return value
        if told and column.kind not in {Kind.INSTANT, Kind.DAY}:
            return value
        happened = value if told else next((cells[by] for by in column.told_by if cells[by] is not None), None)
        if isinstance(happened, dt.date) and not isinstance(happened, dt.datetime):
            happened = end_of_day(happened, zone_of(self.tables, name, cells))
        return value if happened is not None and happened <= as_of else None

    def _questioned_at(self, entry_id: str) -> dt.datetime | None:
        return self._first_instant(entry_id, ("rejected_at", "corrected_at", "written_off_hours"))

    def closed_at(self, entry_id: str) -> dt.datetime | None:
        columns = ("rejected_at", "corrected_at", "written_off_hours", "approved_at", "invoice_id")
        return self._first_instant(entry_id, columns)

    def _first_instant(self, entry_id: str, columns: tuple[str, ...]) -> dt.datetime | None:
        """The first instant at which any of the cells says something."""
        cells, since = self.entries[entry_id], self.since[entry_id]
        instants = {since}
        for column in columns:
            lines = self.said["time_entries", entry_id, column]
            values = [cells[column], *(_read(TABLES["time_entries"].by_name[column], value) for _, value in lines)]
            instants |= {known for known, _ in lines} | {value for value in values if isinstance(value, dt.datetime)}
        for instant in sorted(instants):
            now = self.seen("time_entries", cells, instant)
            if instant >= since and any(now[column] not in {None, 0.0} for column in columns):
                return instant
        return None

    def snapshot(self, entry_id: str, as_of: dt.datetime) -> dict[str, object] | None:
        """Some fields of an entry, None where it was not known."""
        if self.since[entry_id] > as_of:
            return None
        entry = self.seen("time_entries", self.entries[entry_id], as_of)
        person, day = entry["person_id"], entry["worked_on"]
        entries = [other for other in self.known("time_entries", as_of) if other["person_id"] == person]
        of_day = [other for other in entries if other["worked_on"] == day]
        week = [other for other in entries if _monday(other["worked_on"]) == _monday(day)]
        like = [other for other in entries if _kind(other) == _kind(entry)]
        before = day - (3 if day.weekday() == 0 else 2 if day.weekday() == 6 else 1) * DAY
        project = self._project(entry["project_id"], as_of)
        return {
            "hours": entry["hours"],
            "day_hours": _hours(of_day),
            "day_entries": len(of_day),
            "week_hours": _hours(week),
            "project_day_hours": _hours([other for other in of_day if other["project_id"] == entry["project_id"]]),
            "same_entries": len([other for other in like if other["worked_on"] == day]) - 1,
            "same_as_day_before": int(any(other["worked_on"] == before for other in like)),
            "submitted": int(entry["submitted_at"] is not None),
            "project_closed": None if project is None else int(project["closed_at"] is not None),
            "budget_used_share": self._budget(entry["project_id"], project, as_of),
            "project_booked_hours": self._booked(entry, as_of),
            "entry_delay_days": _days(self.since[entry_id] - self._end(entry)),
            **self._usual(entry, as_of),
            **self._shares(project, as_of),
        }

    def _end(self, entry: Row) -> dt.datetime:
        return end_of_day(entry["worked_on"], zone_of(self.tables, "time_entries", entry))

    def _project(self, project_id: str | None, as_of: dt.datetime) -> Row | None:
        return next((cells for cells in self.known("projects", as_of) if cells["project_id"] == project_id), None)

    def _budget(self, project_id: str | None, project: Row | None, as_of: dt.datetime) -> float | None:
        if project is None or not project["budget_hours"]:
            return None
        used = [other for other in self.known("time_entries", as_of) if other["project_id"] == project_id]
        return _seconds(used) / round(project["budget_hours"] * 3600)

    def _booked(self, entry: Row, as_of: dt.datetime) -> float | None:
        bookings = [other for other in self.known("assignments", as_of) if other["project_id"] == entry["project_id"]]
        everyone = self.tables["assignments"]
        once = [self.seen("assignments", cells, known) for cells in everyone for known in self._instants(cells, as_of)]
        if not any(cells["project_id"] == entry["project_id"] for cells in once):
            return None
        person = next((p for p in self.known("people", as_of) if p["person_id"] == entry["person_id"]), {})
        day, total = entry["worked_on"], 0
        for booking in bookings:
            ends = min(booking["ends_on"] or dt.date.max, booking["released_on"] or dt.date.max)
            mine = booking["person_id"] == entry["person_id"] and day.weekday() < 5
            if mine and booking["starts_on"] <= day <= ends:
                weekly = booking["hours_per_week"]
                weekly = person.get("hours_per_week") if weekly is None else weekly
                total += round((weekly or 0) * 3600 / 5)
        return total / 3600

    def _instants(self, cells: Row, as_of: dt.datetime) -> list[dt.datetime]:
        since = known_at(self.tables, "assignments", cells)
        key = cells["assignment_id"]
        said = [known for (_, name, _), lines in self.said.items() if name == key for known, _ in lines]
        return [known for known in {since, *said} if since <= known <= as_of]

    def facts(self, as_of: dt.datetime, window: dt.timedelta) -> list[Row]:
        """Entries as they were first known, of those known within the window and not long after their day."""
        return [
            self.first[name] | {"since": since}
            for name, since in self.since.items()
            if as_of - window < since <= as_of and abs(since - self._end(self.first[name])) < LONGEST
        ]

    def _usual(self, entry: Row, as_of: dt.datetime) -> dict[str, object]:
        mine = [fact for fact in self.facts(as_of, WINDOW) if fact["person_id"] == entry["person_id"]]
        others = [fact for fact in mine if fact["worked_on"] != entry["worked_on"]]
        on_project = [fact for fact in others if fact["project_id"] == entry["project_id"] is not None]
        # A day that began to be known before the window is no new day of it.
        days = {fact["worked_on"] for fact in others if self._begins(fact, "worked_on")}
        project_days = {fact["worked_on"] for fact in on_project if self._begins(fact, "worked_on", "project_id")}
        same = [fact for fact in mine if fact["category"] == entry["category"]]
        return {
            "usual_day_hours": _seconds(others) / (len(days) * 3600) if days else None,
            "project_days_56": len(project_days),
            "category_share_person": len(same) / len(mine) if mine and entry["category"] is not None else None,
        }

    def _begins(self, fact: Row, *names: str) -> bool:
        """Whether no fact of the same person and ``names`` was known before."""
        alike = ("person_id", *names)
        return not any(
            other["person_id"] == fact["person_id"]
            and all(other[part] == fact[part] for part in alike)
            and self.since[name] < fact["since"]
            and abs(self.since[name] - self._end(other)) < LONGEST
            for name, other in self.first.items()
        )

    def _shares(self, project: Row | None, as_of: dt.datetime) -> dict[str, object]:
        known = [self.project(fact["project_id"], fact["since"]) for fact in self.facts(as_of, PROJECT_WINDOW)]
        questioned = []
        for name, cells in self.entries.items():
            when = self.questioned_at(name)
            if when is None or not as_of - PROJECT_WINDOW < when <= as_of:
                continue
            if abs(when - self._end(self.first[name])) < LONGEST:
                then = self.seen("time_entries", cells, when)
                questioned.append(self.project(then["project_id"], when))
        shares = {}
        for owner in ("project", "manager", "client"):
            mine = None if project is None else project[f"{owner}_id"]
            count, of = (
                len([p for p in some if p and p["client_id"] and mine and p[f"{owner}_id"] == mine])
                for some in (questioned, known)
            )
            shares[f"{owner}_questioned_share"] = min(count / of, 1.0) if of else None
        return shares


def _read(column: Column, text: str | None) -> object:
    if text is None:
        return None
    if column.kind is Kind.INSTANT:
        return dt.datetime.fromisoformat(text)
    if column.kind is Kind.DAY:
        return dt.date.fromisoformat(text)
    return {Kind.NUMBER: float, Kind.FLAG: lambda said: said == "true"}.get(column.kind, str)(text)


def _kind(entry: Row) -> tuple[object, object]:
    return entry["project_id"], round(entry["hours"] * 3600)


def _monday(day: dt.date) -> dt.date:
    return day - day.weekday() * DAY


def _seconds(entries: list[Row]) -> int:
    return sum(round(entry["hours"] * 3600) for entry in entries)


def _hours(entries: list[Row]) -> float:
    return _seconds(entries) / 3600


def _days(span: dt.timedelta) -> float:
    return (span // dt.timedelta(microseconds=1)) / 86_400_000_000
