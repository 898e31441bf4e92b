"""Where people decide on an exception: under its lock and at the version that they saw, if the gate permits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection, Engine

from ledger.audit import Entry, append
from ledger.record import transaction
from service.gate.decision import DecisionKind
from service.gate.verdict import Verdict
from service.gate_in_force import GateInForce
from service.inbox.changing import Changing
from service.inbox.finding import Changed
from service.inbox.refusals import NoSuchRecommendation, NotInState, StaleVersion
from service.inbox.states import ALLOWED, Status
from service.inbox.triage_evidence import keys_of, triage_refused, triaged
from service.inbox.wanted import Refused, Triaged, WantedTriage
from service.store.alerts import take_turns
from service.store.exception_decisions import (
    Standing,
    StoredTriage,
    insert_triage,
    locked_standing,
    recommended_in,
)
from service.store.exceptions import totals_of
from service.triage.deciding import Decisions, Made, Wanted, Write
from service.triage_settings import TriageSettings

Announce = Callable[[Connection, Sequence[Changed], datetime], None]


def _nobody(_connection: Connection, _changed: Sequence[Changed], _now: datetime) -> None:
    """Nobody is told."""


@dataclass(frozen=True)
class Inbox:
    """The parts that deciding on exceptions takes. ``announce`` tells of the changes, in their transaction."""

    engine: Engine
    home: Path
    gate: GateInForce
    decisions: Decisions
    triage: TriageSettings
    announce: Announce = field(default=_nobody)

    def decide(
        self, wanted: WantedTriage, *, first: Write, also: Callable[[Connection, Triaged], None], now: datetime
    ) -> Triaged | Refused | None:
        """Does what is wanted, in one transaction with its audit rows, or says why not; a refusal is a row as well.

        ``first`` runs once the exception is locked and may raise to leave all as it was; ``also`` writes what belongs
        to the change. None where this reader knows of no such exception. Raises StaleVersion, NotInState,
        NoSuchRecommendation and what else `service.inbox.refusals` has.
        """
        gate = self.gate.current
        sight = gate.tables.reads(wanted.caller.principal_id, wanted.caller.api_role)
        with transaction(self.engine, self.home) as connection:
            take_turns(connection)
            stands = locked_standing(connection, wanted.exception_id)
            if stands is None or not stands.readable(sight):
                return None
            first(connection)
            keys = keys_of(connection, stands, wanted)
            verdict = gate.may_triage(stands.facts(wanted.kind, wanted.caller, sight))
            if not verdict.permitted:
                append(connection, [triage_refused(stands, wanted, verdict, keys)], now=now)
                return Refused(verdict)
            stored = stands.stored
            if stored.version != wanted.version:
                raise StaleVersion(stored.version, stored.status)
            if Status(stored.status) not in ALLOWED[wanted.kind]:
                raise NotInState(wanted.kind, stored.status)
            with connection.begin_nested() as attempt:
                made, entries, refused = self._accepted(connection, wanted, keys[wanted.caller.principal_id], now)
                if refused is not None:
                    attempt.rollback()
            if refused is not None:
                append(connection, [*entries, triage_refused(stands, wanted, refused.verdict, keys)], now=now)
                return refused
            said = self._changed(connection, stands, wanted, made, now)
            self.announce(connection, said.changed, now)
            also(connection, said)
            append(connection, [*entries, triaged(stands, wanted, said, verdict, keys)], now=now)
            return said

    def _accepted(
        self, connection: Connection, wanted: WantedTriage, key: bytes, now: datetime
    ) -> tuple[list[Made], list[Entry], Refused | None]:
        """The recommendations that are accepted with it; up to the first that the gate withholds."""
        known = recommended_in(connection, wanted.exception_id)
        made: list[Made] = []
        entries: list[Entry] = []
        for jti in sorted(wanted.recommendations):
            asked = Wanted(jti, DecisionKind.ACCEPT, wanted.reason, wanted.caller)
            judged = self.decisions.judged(connection, asked, key, first=_go_on, now=now) if jti in known else None
            if judged is None:
                raise NoSuchRecommendation(jti)
            if isinstance(judged.said, Verdict):
                return [], [judged.entry], Refused(judged.said, jti)
            made.append(judged.said)
            entries.append(judged.entry)
        return made, entries, None

    def _changed(
        self, connection: Connection, stands: Standing, wanted: WantedTriage, made: Sequence[Made], now: datetime
    ) -> Triaged:
        changing = Changing(connection, stands, self.gate.current.tables, self.triage, now)
        totals = totals_of(connection, [wanted.exception_id], unknown_money=self.triage.unknown_money, now=now)
        changed = changing.done(wanted.kind, wanted, totals[wanted.exception_id])
        decision_id = uuid4()
        insert_triage(
            connection,
            StoredTriage(
                decision_id=decision_id,
                exception_id=wanted.exception_id,
                kind=wanted.kind,
                version=stands.stored.version,
                principal_id=wanted.caller.principal_id,
                api_role=wanted.caller.api_role,
                reason_code=wanted.reason_code,
                reason=wanted.reason,
                until=wanted.until,
                assigned_to=wanted.assign_to,
                trouble_id=wanted.trouble_id,
                decided_at=now,
            ),
        )
        return Triaged(
            decision_id=decision_id,
            exception_id=wanted.exception_id,
            kind=wanted.kind,
            status=stands.stored.status,
            version=stands.stored.version,
            changed=changed,
            made=made,
            decided_at=now,
        )


def _go_on(_connection: Connection) -> None:
    """Nothing stands in the way of one recommendation."""
