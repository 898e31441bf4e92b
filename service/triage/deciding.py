"""Where people decide on a recommendation: how it stands under a lock, the verdict, the signature, and what is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Connection, Engine

from ledger.audit import Entry, append
from ledger.principals import Principal
from ledger.pseudonyms import reference
from ledger.record import transaction
from service.gate.decision import Decision, DecisionCase, DecisionKind
from service.gate.signing import sign_decision
from service.gate.verdict import Verdict
from service.gate_in_force import GateInForce
from service.signing_keys_in_force import SigningKeysInForce
from service.store.alerts import give_back, take_turns
from service.store.decisions import Standing, StoredDecision, insert_decision, locked_standing, standing, withdraw
from service.triage.decision_evidence import decided, decision_refused, withdrawn
from service.triage.standing import GOOD, Found, Status, found

Write = Callable[[Connection], None]
T = TypeVar("T")


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to do with a recommendation, and why, where they say so."""

    jti: UUID
    kind: DecisionKind
    reason: str | None
    caller: Principal


@dataclass(frozen=True)
class Made:
    """A decision that was made. ``token`` is there where it is a final accept."""

    decision: Decision
    token: str | None


@dataclass(frozen=True)
class Judged:
    """What the gate said to a decision, and the audit entry that tells of it, which is still to be appended."""

    said: Made | Verdict
    entry: Entry


@dataclass(frozen=True)
class Decisions:
    """The parts that deciding takes.

    Each change is one transaction with its audit row, and a refusal is a row as well. In it, ``first`` runs once the
    recommendation is locked and may raise to leave all as it was, and ``also`` writes what belongs to the change.
    """

    engine: Engine
    home: Path
    gate: GateInForce
    signing_keys: SigningKeysInForce
    issuer: str
    audience: str

    def standing(self, jti: UUID) -> Standing | None:
        """How a recommendation stands; None where there is none."""
        with self.engine.connect() as connection:
            return standing(connection, jti)

    def decide(
        self, wanted: Wanted, *, first: Write, also: Callable[[Connection, Made], None], now: datetime
    ) -> Made | Verdict | None:
        """The decision that the gate permits, or why there is none; None where there is no such recommendation."""
        key = self._key(wanted.caller)
        with transaction(self.engine, self.home) as connection:
            judged = self.judged(connection, wanted, key, first=first, now=now)
            if judged is None:
                return None
            if isinstance(judged.said, Made):
                also(connection, judged.said)
            return _recorded(connection, judged.entry, judged.said, now)

    def judged(
        self, connection: Connection, wanted: Wanted, key: bytes, *, first: Write, now: datetime
    ) -> Judged | None:
        """As `decide`, in the caller's transaction, who appends the entry. ``key`` is the pseudonym key of who decides.

        What is permitted is stored; a refusal stores nothing.
        """
        stands = locked_standing(connection, wanted.jti)
        if stands is None:
            return None
        first(connection)
        case = _case(wanted, stands)
        said = self.gate.current.decide(case, now=now)
        if isinstance(said, Verdict):
            return Judged(said, decision_refused(case, said, wanted.caller, wanted.reason, key))
        made = Made(said, self._token(said))
        insert_decision(connection, _stored(wanted, made))
        return Judged(made, decided(said, wanted.caller, wanted.reason, key))

    def withdraw(
        self,
        jti: UUID,
        reason: str,
        caller: Principal,
        *,
        first: Write,
        also: Callable[[Connection, Status], None],
        now: datetime,
    ) -> Found | None:
        """Withdraws what stands, is accepted or is stopped, and gives its alerts back; what it was before.

        Another status is left as it is, and there is no change. None where there is no such recommendation.
        """
        key = self._key(caller)
        with transaction(self.engine, self.home) as connection:
            take_turns(connection)  # before the recommendation is locked, as who accepts it with an exception does
            stands = locked_standing(connection, jti)
            if stands is None:
                return None
            first(connection)
            before = found(stands, now)
            if before.status not in GOOD | {Status.STOPPED}:
                return before
            withdraw(connection, jti, principal_id=caller.principal_id, reason=reason, now=now)
            given_back = give_back(connection, jti)
            also(connection, before.status)
            return _recorded(connection, withdrawn(str(jti), given_back, caller, reason, key), before, now)

    def _key(self, caller: Principal) -> bytes:
        with self.engine.begin() as connection:
            return reference(connection, caller.principal_id)

    def _token(self, decision: Decision) -> str | None:
        if decision.kind is not DecisionKind.ACCEPT or not decision.final:
            return None
        return sign_decision(decision, self.signing_keys.current, issuer=self.issuer, audience=self.audience)


def _case(wanted: Wanted, stands: Standing) -> DecisionCase:
    return DecisionCase(
        recommended=stands.recommended,
        kind=wanted.kind,
        principal=wanted.caller.principal_id,
        api_role=wanted.caller.api_role,
        accepted_by=stands.accepted_by,
        decided=stands.final is not None,
        withdrawn=stands.withdrawn_at is not None,
        task_stopped=stands.task_stopped,
        workflow_stopped=stands.workflow_stopped,
    )


def _stored(wanted: Wanted, made: Made) -> StoredDecision:
    decision = made.decision
    return StoredDecision(
        decision_id=UUID(decision.jti),
        jti=wanted.jti,
        kind=decision.kind,
        principal_id=wanted.caller.principal_id,
        api_role=wanted.caller.api_role,
        reason=wanted.reason,
        final=decision.final,
        decided_at=decision.decided_at,
        expires_at=decision.expires_at,
        token=made.token,
    )


def _recorded(connection: Connection, entry: Entry, said: T, now: datetime) -> T:
    append(connection, [entry], now=now)
    return said
