"""An event, from its row to what came of it: looked at outside of any transaction, then settled in one.

Doing it again is harmless: an event that is settled is left alone, and of two processes that do it at once one finds it
settled. So whatever dies or is taken over meanwhile is simply done again.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection

from ledger.audit import Entry, append
from ledger.pseudonyms import pseudonym, references
from ledger.record import transaction
from service.events.event import Event
from service.events.taking import kept_event
from service.inbox.failure import failure
from service.inbox.finding import Changed
from service.inbox.settling import settle
from service.inbox.tending import tend
from service.metrics import Metrics
from service.outgoing.outbox import Outbox
from service.pipeline.assessing import Assessed, Assessor
from service.store.alerts import take_turns
from service.store.commit import Unit
from service.store.events import EventStatus, note_exceptions, settle_event, stored_event
from service.triage.answered import verdicts

SETTLED, CHANGED = "event_settled", "exceptions_changed"
"""Kinds of audit rows."""

OLDER = "What it found is older than what the inbox shows already."


class _SettledBefore(Exception):
    """Somebody else has settled the event in the meantime."""


@dataclass(frozen=True)
class Processing:
    """The parts that processing takes. Subscribers are told of changes in the transaction of these."""

    assessor: Assessor
    outbox: Outbox
    home: Path
    metrics: Metrics
    clock: Callable[[], dt.datetime]

    def process(self, event_id: UUID) -> None:
        """Settles an event that waits: done, or failed with an item in the inbox that says so.

        Raises:
            BudgetSpentError: another answer took the last alerts; do it again. CommitterClosedError: the process ends.
            Exception: whatever went wrong; nothing was kept.
        """
        event = self._waiting(event_id)
        if event is None:
            return
        now = self.clock()
        assessed = self.assessor.assess(event, now=now)
        status = EventStatus.FAILED if assessed.failed else EventStatus.DONE
        if self._settled(event, assessed, status, now):
            self._count(assessed)

    def fail(self, event_id: UUID, code: str, why: str, *, about: str | None = None) -> None:
        """Settles an event that waits as failed: nobody could look at it. Raises as `process`."""
        event = self._waiting(event_id)
        if event is None:
            return
        now = self.clock()
        failed = Assessed(failures=[failure(event, code, why, now, about=about)])
        self._settled(event, failed, EventStatus.FAILED, now)

    def tend(self) -> int:
        """Does what time alone does to exceptions, as a snooze that runs out; how many changed. Raises LedgerError."""
        now = self.clock()
        with transaction(self.assessor.engine, self.home) as connection:
            changed = tend(connection, self.assessor.triage, now=now)
            if changed:
                self.outbox.announce(connection, changed, now=now)
                append(connection, [Entry(CHANGED, {"event_id": None, "changes": _changes(changed)})], now=now)
        return len(changed)

    def _waiting(self, event_id: UUID) -> Event | None:
        with self.assessor.engine.connect() as connection:
            found = kept_event(connection, event_id)
        return found[0] if found is not None and found[1] is EventStatus.ACCEPTED else None

    def _settled(self, event: Event, assessed: Assessed, status: EventStatus, now: dt.datetime) -> bool:
        found = [*assessed.findings, *assessed.mended, *assessed.failures]
        changed: list[Changed] = []

        def write(connection: Connection) -> None:
            take_turns(connection)  # before any row is locked, as everybody does who writes exceptions
            stored = stored_event(connection, event.event_id, lock=True)
            if stored is None or stored.status is not EventStatus.ACCEPTED:
                raise _SettledBefore
            for unit in assessed.units:
                unit.write(connection)
            changed[:] = settle(connection, found, self.assessor.triage, now=now)
            note_exceptions(connection, event.event_id, [(each.exception_id, each.change) for each in changed])
            self.outbox.announce(connection, changed, now=now)
            why = assessed.why or (None if changed else OLDER)
            settle_event(connection, event.event_id, status, why, now=now)

        def further() -> Sequence[Entry]:
            entries = [unit.entry for unit in assessed.units]
            said = {"event_id": str(event.event_id), "changes": _changes(changed)}
            return [*entries, Entry(CHANGED, said)] if changed else entries

        entry = Entry(SETTLED, self._said(event, assessed, status))
        try:
            self.assessor.desk.committer.submit(Unit(entry, write, further))
        except _SettledBefore:
            return False
        self.metrics.event(event.type, status)
        return True

    def _said(self, event: Event, assessed: Assessed, status: EventStatus) -> dict[str, object]:
        """What the audit chain is told of an event. Its source, its id and its subject may name a person: left out."""
        place = event.place
        named = {name for name in (event.principal_id, place.requester) if name}
        with self.assessor.engine.begin() as connection:
            keys = references(connection, named)
        return {
            "event_id": str(event.event_id),
            "type": event.type,
            "received_at": event.received_at.isoformat(),
            "workflow": {"name": place.workflow, "instance": place.instance, "step": place.step},
            "principal": pseudonym(keys[event.principal_id], event.principal_id),
            "requester": pseudonym(keys[place.requester], place.requester) if place.requester else None,
            "status": status,
            "why": assessed.why,
            "answers": [
                *(answer.answer_id for _, answer in assessed.answers),
                *(answer.answer_id for answer in assessed.texts),
            ],
        }

    def _count(self, assessed: Assessed) -> None:
        for task, answer in assessed.answers:
            self.metrics.answered(task.name, len(answer.predictions), verdicts(answer))
        for text in assessed.texts:
            self.metrics.answered(text.call.task, 1, verdicts(text))


def _changes(changed: Sequence[Changed]) -> list[dict[str, object]]:
    return [
        {"exception_id": str(each.exception_id), "change": each.change, "version": each.version} for each in changed
    ]
