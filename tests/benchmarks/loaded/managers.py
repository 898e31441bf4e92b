"""Managers who each look at what stands above their line today, and decide on it."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Connection, Engine, text

from loaded.quarter import Asked
from service.gate.triage import InboxSight
from service.inbox.finding import Change
from service.inbox.settling import settle
from service.inbox.states import Status, settle_on
from service.inbox.tending import tend
from service.store.exceptions import locked_exceptions, totals_of, update_exceptions
from service.store.inbox_queries import listed
from service.store.inbox_reading import Eyes, Filters
from service.triage_settings import TriageSettings

EVERYTHING = Eyes(
    InboxSight(None, failures=True, own=None), frozenset(), clients=True, principal_id="", owner_roles=frozenset()
)
FRIDAY = 4


@dataclass
class Load:
    """What came of the quarter. ``looked_at``: exceptions above the line by manager and week; ``held`` are the
    (task, subject)s that were among their troubles."""

    changes: Counter[Change] = field(default_factory=Counter)
    troubled: int = 0
    looked_at: Counter[tuple[str, int]] = field(default_factory=Counter)
    waiting: Counter[tuple[str, int]] = field(default_factory=Counter)
    held: set[tuple[str, str]] = field(default_factory=set)


class Managers:
    """The inbox of a firm, day by day. ``manager`` says whose each subject is."""

    def __init__(self, engine: Engine, triage: TriageSettings, manager: Mapping[tuple[str, str], str]) -> None:
        self._engine, self._triage, self._manager = engine, triage, manager
        self.load = Load()

    def day(self, rows: list[Asked], at: dt.datetime) -> None:
        """What was found until ``at`` is taken in; on a working day everybody then looks at what is above the line."""
        with self._engine.begin() as connection:
            for batch in _by_instant(rows):
                now = batch[0].finding.as_of
                found = [each.finding for each in batch]
                self.load.changes.update(each.change for each in settle(connection, found, self._triage, now=now))
                self.load.troubled += sum(each.troubled for each in found)
            self.load.changes.update(each.change for each in tend(connection, self._triage, now=at))
            if at.weekday() <= FRIDAY:
                self._look(connection, at)

    def _look(self, connection: Connection, at: dt.datetime) -> None:
        items = listed(connection, EVERYTHING, Filters(["open"]), self._triage, limit=100_000, offset=0, now=at)
        troubles = _troubles(connection)
        week = at.isocalendar().week
        taken: Counter[str] = Counter()
        above: list[UUID] = []
        for item in items:
            manager = self._manager[troubles[item.exception_id][0]]
            if taken[manager] < self._triage.capacity:
                taken[manager] += 1
                above.append(item.exception_id)
                self.load.looked_at[manager, week] += 1
                self.load.held.update(troubles[item.exception_id])
            else:
                self.load.waiting[manager, week] += 1
        self._accept(connection, above, at)

    def _accept(self, connection: Connection, above: list[UUID], at: dt.datetime) -> None:
        totals = totals_of(connection, above, unknown_money=self._triage.unknown_money, now=at)
        stored = locked_exceptions(connection, above, [])
        for each in stored:
            each.status, each.updated_at = Status.ACCEPTED, at
            settle_on(each, totals[each.exception_id], at)
        update_exceptions(connection, [(each, totals[each.exception_id]) for each in stored])


def _by_instant(rows: list[Asked]) -> list[list[Asked]]:
    found: dict[dt.datetime, list[Asked]] = {}
    for each in rows:
        found.setdefault(each.finding.as_of, []).append(each)
    return [found[instant] for instant in sorted(found)]


def _troubles(connection: Connection) -> dict[UUID, list[tuple[str, str]]]:
    """The subjects of each exception, the largest first."""
    found: dict[UUID, list[tuple[str, str]]] = {}
    for row in connection.execute(_TROUBLES):
        found.setdefault(row.exception_id, []).append((row.task, row.subject_id))
    return found


_TROUBLES = text("""
    SELECT exception_id, task, subject_id FROM troubles WHERE resolved_at IS NULL
    ORDER BY amount DESC NULLS LAST, trouble_id
""")
