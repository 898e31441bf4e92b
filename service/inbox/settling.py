"""Where findings become exceptions: one for each cause, which the same trouble updates, and which is raised again only
when it got worse.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection

from models.cause import Cause
from service.inbox.finding import Change, Changed, Finding
from service.inbox.states import SETTLED, Status, came_back, got_worse, left, raised, ran_out
from service.store.alerts import take_turns
from service.store.exceptions import (
    NONE_LEFT,
    StoredException,
    StoredTrouble,
    Totals,
    insert_exceptions,
    insert_troubles,
    latest_troubles,
    locked_exceptions,
    totals_of,
    update_exceptions,
    update_troubles,
)
from service.triage_settings import TriageSettings


def settle(
    connection: Connection, findings: Sequence[Finding], triage: TriageSettings, *, now: dt.datetime
) -> list[Changed]:
    """Take findings in, in the caller's transaction, and say what became of which exception, each once.

    A subject that is in no trouble any more leaves its exception, which is resolved with the last of them. A new
    trouble joins the exception of its cause, or opens one; one that is known is updated where it is. What one event
    found is taken in once, and what was found later is not undone by what was found earlier.
    """
    if not findings:
        return []
    take_turns(connection)
    settling = _Settling(connection, findings, triage, now)
    for finding in settling.findings:
        settling.take_in(finding)
    return settling.written()


class _Settling:
    def __init__(
        self, connection: Connection, findings: Sequence[Finding], triage: TriageSettings, now: dt.datetime
    ) -> None:
        self._connection, self._triage, self._now = connection, triage, now
        self.findings = list({(each.task, each.subject_id): each for each in findings}.values())
        self._known = latest_troubles(connection, [(each.task, each.subject_id) for each in self.findings])
        self._exceptions = {each.exception_id: each for each in self._stored()}
        self._whole = self._wholes()
        self._opened: list[StoredException] = []
        self._touched: set[UUID] = set()
        self._new: list[dict[str, Any]] = []
        self._again: list[dict[str, Any]] = []
        self._over: list[dict[str, Any]] = []

    def take_in(self, finding: Finding) -> None:
        """Sort one finding to the exception that it changes, if any."""
        known = self._known.get((finding.task, finding.subject_id))
        if known is not None and _taken_in(known, finding):
            return
        is_open = known is not None and known.resolved_at is None
        if not finding.troubled:
            if known is not None and is_open:
                self._touched.add(known.exception_id)
                self._over.append(_resolved(known, finding, self._now))
                left(self._exceptions[known.exception_id], self._weight(known), known.first_found_at)
            return
        if known is None or not is_open:
            whole = self._of_cause(finding.cause)
            self._touched.add(whole.exception_id)
            new = _columns(finding, uuid4(), whole.exception_id, self._now, 1)
            if known is not None and self._is_back(known, whole):
                new["first_found_at"] = known.first_found_at
            self._new.append(new)
            return
        home = self._exceptions[known.exception_id]
        if not home.part and home.cause != finding.cause:
            self._touched.add(home.exception_id)
            home = self._of_cause(finding.cause)
        self._touched.add(home.exception_id)
        columns = _columns(finding, known.trouble_id, home.exception_id, self._now, known.times_found + 1)
        self._again.append({name: value for name, value in columns.items() if name != "first_found_at"})

    def written(self) -> list[Changed]:
        """Store it all; what became of each exception that was touched."""
        insert_exceptions(self._connection, self._opened)
        insert_troubles(self._connection, self._new)
        update_troubles(self._connection, self._again)
        update_troubles(self._connection, self._over)
        totals = totals_of(self._connection, self._touched, unknown_money=self._triage.unknown_money, now=self._now)
        opened = {each.exception_id for each in self._opened}
        changed, rows = [], []
        for exception_id in sorted(self._touched):
            stored, total = self._exceptions[exception_id], totals.get(exception_id, NONE_LEFT)
            change = self._change(stored, total, is_new=exception_id in opened)
            changed.append(Changed(exception_id, change, stored.version))
            rows.append((stored, total))
        update_exceptions(self._connection, rows)
        return changed

    def _change(self, stored: StoredException, total: Totals, *, is_new: bool) -> Change:
        stored.updated_at = self._now
        if is_new:
            return Change.OPENED
        stored.version += 1
        if not total.troubles:
            stored.before_resolved, stored.status = stored.status, Status.RESOLVED
            return Change.RESOLVED
        if stored.status == Status.RESOLVED:
            before = Status(stored.before_resolved or Status.OPEN)
            stored.before_resolved = None
            if before not in {Status.DISMISSED, Status.SNOOZED}:
                raised(stored, self._now)
                return Change.RAISED
            stored.status = before
        if stored.status in SETTLED and (ran_out(stored, self._now) or got_worse(stored, total, self._triage)):
            raised(stored, self._now)
            return Change.RAISED
        return Change.MERGED

    def _weight(self, known: StoredTrouble) -> float:
        return self._triage.unknown_money if known.amount is None else known.amount

    def _is_back(self, known: StoredTrouble, whole: StoredException) -> bool:
        """Whether a trouble that was over is there again, in the exception in which somebody decided on it."""
        if known.resolved_at is None or known.exception_id != whole.exception_id:
            return False
        return came_back(whole, self._weight(known), known.first_found_at, known.resolved_at)

    def _stored(self) -> list[StoredException]:
        known = [each.exception_id for each in self._known.values() if each.resolved_at is None]
        causes = {each.cause for each in self.findings if each.troubled}
        since = self._now - dt.timedelta(days=self._triage.remember_days)
        return locked_exceptions(self._connection, known, sorted(causes), since=since)

    def _wholes(self) -> dict[Cause, StoredException]:
        """The exception that each cause has: the one that is not resolved, or else the one that was resolved last."""
        whole: dict[Cause, StoredException] = {}
        for each in sorted(self._exceptions.values(), key=lambda each: (_unresolved(each), each.updated_at)):
            if not each.part:
                whole[each.cause] = each
        return whole

    def _of_cause(self, cause: Cause) -> StoredException:
        if cause not in self._whole:
            opened = _opened(cause, self._now)
            self._whole[cause] = self._exceptions[opened.exception_id] = opened
            self._opened.append(opened)
        return self._whole[cause]


def _taken_in(known: StoredTrouble, finding: Finding) -> bool:
    """Whether the same event, or a later look, has settled it already."""
    return known.as_of > finding.as_of or (finding.event_id is not None and known.event_id == finding.event_id)


def _unresolved(stored: StoredException) -> bool:
    return stored.status != Status.RESOLVED


def _opened(cause: Cause, now: dt.datetime) -> StoredException:
    return StoredException(
        exception_id=uuid4(), cause_kind=cause.kind, cause_key=cause.key, part="", status=Status.OPEN, version=1,
        assignee=None, raised_at=now, times_raised=1, updated_at=now, snoozed_until=None,
        settled_amount=None, settled_band=None, settled_at=None, before_resolved=None,
    )  # fmt: skip


def _columns(
    finding: Finding, trouble_id: UUID, exception_id: UUID, now: dt.datetime, times_found: int
) -> dict[str, Any]:
    place, money = finding.place, finding.money
    return {
        "trouble_id": trouble_id,
        "exception_id": exception_id,
        "task": finding.task,
        "subject_id": finding.subject_id,
        "project_id": finding.project_id,
        "client_id": finding.client_id,
        "person_id": finding.person_id,
        "workflow_name": place.workflow,
        "workflow_instance": place.instance,
        "workflow_step": place.step,
        "workflow_requester": place.requester,
        "answer_id": finding.answer_id,
        "event_id": finding.event_id,
        "as_of": finding.as_of,
        "first_found_at": now,
        "found_at": now,
        "times_found": times_found,
        "probability": finding.probability,
        "band": finding.band,
        "expected_loss": money.expected_loss,
        "deferred_amount": money.deferred_amount,
        "currency": money.currency,
        "amount": finding.amount,
        "confidence": finding.confidence,
        "deadline": finding.deadline,
        "owner_role": finding.owner_role,
        "document": dict(finding.document),
        "summary": [dict(each) for each in finding.summary],
    }


def _resolved(known: StoredTrouble, finding: Finding, now: dt.datetime) -> dict[str, Any]:
    return {
        "trouble_id": known.trouble_id,
        "event_id": finding.event_id,
        "as_of": finding.as_of,
        "resolved_at": now,
        "resolved_why": finding.why,
    }
