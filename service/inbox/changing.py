"""What each decision makes of an exception."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Protocol
from uuid import UUID, uuid4

from sqlalchemy import Connection

from service.gate.tables import Tables
from service.gate.triage import TriageKind
from service.inbox.finding import Change, Changed
from service.inbox.refusals import NoSuchAssignee, NoSuchTrouble, NotSplit
from service.inbox.states import BECOMES, Status, settle_on, unsettled
from service.store.exception_decisions import Standing, roles_of
from service.store.exceptions import (
    NONE_LEFT,
    StoredException,
    Totals,
    insert_exceptions,
    locked_exceptions,
    totals_of,
    update_exceptions,
    update_troubles,
)
from service.triage_settings import TriageSettings


class Terms(Protocol):
    """What a decision says beside its kind."""

    @property
    def caller_id(self) -> str: ...
    @property
    def until(self) -> datetime | None: ...
    @property
    def assign_to(self) -> str | None: ...
    @property
    def trouble_id(self) -> UUID | None: ...


class Changing:
    """One decision that was permitted, carried out on the rows; the exception is locked."""

    def __init__(
        self, connection: Connection, stands: Standing, tables: Tables, triage: TriageSettings, now: datetime
    ) -> None:
        self._connection, self._stands, self._tables = connection, stands, tables
        self._triage, self._now = triage, now

    def done(self, kind: TriageKind, terms: Terms, totals: Totals) -> list[Changed]:
        """Do it; what became of the exception, which comes first, and of others. Raises InboxRefusal."""
        stored = self._stands.stored
        stored.version += 1
        stored.updated_at = self._now
        return self._WAYS.get(kind, Changing._decided)(self, kind, terms, totals)

    def _decided(self, kind: TriageKind, terms: Terms, totals: Totals) -> list[Changed]:
        stored = self._stands.stored
        stored.status = BECOMES[kind]
        stored.snoozed_until = terms.until if kind is TriageKind.SNOOZE else None
        if kind is TriageKind.REOPEN:
            unsettled(stored)
        else:
            settle_on(stored, totals, self._now)
        if kind is TriageKind.ACCEPT and stored.assignee is None:
            stored.assignee = terms.caller_id
        update_exceptions(self._connection, [(stored, totals)])
        return [Changed(stored.exception_id, Change.DECIDED, stored.version)]

    def _reassigned(self, _kind: TriageKind, terms: Terms, totals: Totals) -> list[Changed]:
        stored, to = self._stands.stored, terms.assign_to
        if to is not None and not any(self._tables.triages.get(role) for role in roles_of(self._connection, to)):
            raise NoSuchAssignee
        stored.assignee = to
        update_exceptions(self._connection, [(stored, totals)])
        return [Changed(stored.exception_id, Change.DECIDED, stored.version)]

    def _split(self, _kind: TriageKind, terms: Terms, _totals: Totals) -> list[Changed]:
        stored = self._stands.stored
        troubles = {each.trouble_id for each in self._stands.troubles}
        trouble_id = terms.trouble_id
        if trouble_id is None or trouble_id not in troubles or len(troubles) == 1:
            raise NoSuchTrouble
        part = replace(
            stored, exception_id=uuid4(), part=str(trouble_id), status=Status.OPEN, version=1, raised_at=self._now,
            times_raised=1, snoozed_until=None, settled_amount=None, settled_band=None, settled_at=None,
        )  # fmt: skip
        insert_exceptions(self._connection, [part])
        self._move([trouble_id], part.exception_id)
        self._store(stored, part)
        return [
            Changed(stored.exception_id, Change.DECIDED, stored.version),
            Changed(part.exception_id, Change.OPENED, part.version),
        ]

    def _merged_back(self, _kind: TriageKind, _terms: Terms, _totals: Totals) -> list[Changed]:
        stored = self._stands.stored
        if not stored.part:
            raise NotSplit
        found = locked_exceptions(self._connection, [], [stored.cause])
        whole = next((each for each in found if each.status != Status.RESOLVED), None)
        if whole is None:
            raise NotSplit
        whole.version += 1
        whole.updated_at = self._now
        self._move([each.trouble_id for each in self._stands.troubles], whole.exception_id)
        stored.before_resolved, stored.status = stored.status, Status.RESOLVED
        self._store(stored, whole)
        return [
            Changed(stored.exception_id, Change.RESOLVED, stored.version),
            Changed(whole.exception_id, Change.MERGED, whole.version),
        ]

    def _move(self, troubles: list[UUID], to: UUID) -> None:
        update_troubles(self._connection, [{"trouble_id": each, "exception_id": to} for each in troubles])

    def _store(self, *exceptions: StoredException) -> None:
        ids = [each.exception_id for each in exceptions]
        totals = totals_of(self._connection, ids, unknown_money=self._triage.unknown_money, now=self._now)
        update_exceptions(self._connection, [(each, totals.get(each.exception_id, NONE_LEFT)) for each in exceptions])

    _WAYS: Mapping[TriageKind, Callable[["Changing", TriageKind, Terms, Totals], list[Changed]]] = {
        TriageKind.REASSIGN: _reassigned,
        TriageKind.SPLIT: _split,
        TriageKind.MERGE_BACK: _merged_back,
    }
