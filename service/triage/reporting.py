"""Where the engine reports what a recommendation came to: kept and recorded whatever it says, with what is wrong in it.

Bellwether cannot keep an engine from acting. It can put on record that one acted on what nobody had accepted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import Connection, Engine

from ledger.audit import append
from ledger.principals import Principal
from ledger.pseudonyms import references
from ledger.record import transaction
from service.gate.decision import DecisionKind
from service.store.decisions import Standing, standing
from service.store.outcomes import ACTED, Approval, StoredOutcome, Work, insert_outcome
from service.triage.outcome_evidence import reported

CLOCKS_APART = timedelta(minutes=5)
"""How far an engine's clock may be from ours before an order of events is held against it."""


class Flag(StrEnum):
    """What is wrong with what is reported."""

    WITHOUT_ACCEPTANCE = "acted_without_acceptance"
    AFTER_WITHDRAWAL = "acted_after_withdrawal"
    AGAINST_REJECTION = "acted_against_rejection"
    EXCLUDED_APPROVER = "approved_by_excluded"


class NotThen(Exception):
    """It cannot have happened when it is said to. ``expected`` says when it can."""

    def __init__(self, expected: str) -> None:
        self.expected = expected
        super().__init__(expected)


@dataclass(frozen=True)
class Reported:
    """What the engine says: its own approval, the work, when, and by whom it was approved."""

    jti: UUID
    approval: Approval
    work: Work
    happened_at: datetime
    approved_by: str | None
    note: str | None


def report(
    engine: Engine,
    home: Path,
    said: Reported,
    caller: Principal,
    *,
    first: Callable[[Connection], None],
    also: Callable[[Connection, StoredOutcome], None],
    now: datetime,
) -> StoredOutcome | None:
    """Keeps a report with its audit row; None where there is no such recommendation. Raises NotThen.

    ``first`` and ``also`` run in its transaction, before and after it; the former may raise to leave all as it was.
    """
    with transaction(engine, home) as connection:
        stands = standing(connection, said.jti)
        if stands is None:
            return None
        first(connection)
        _require_possible(said.happened_at, stands, now)
        found = tuple(flags(said, stands))
        outcome = StoredOutcome(
            **vars(said), outcome_id=uuid4(), reported_at=now, principal_id=caller.principal_id, flags=found
        )
        insert_outcome(connection, outcome)
        also(connection, outcome)
        keys = references(connection, {caller.principal_id, said.approved_by or caller.principal_id})
        append(connection, [reported(outcome, caller, keys)], now=now)
    return outcome


def flags(said: Reported, stands: Standing) -> list[Flag]:
    """What is wrong with it, given how the recommendation stands."""
    acted = said.work in ACTED
    withdrawn = stands.withdrawn_at is not None and stands.withdrawn_at < said.happened_at - CLOCKS_APART
    found = {
        Flag.WITHOUT_ACCEPTANCE: acted and not _accepted(stands, said.happened_at + CLOCKS_APART),
        Flag.AFTER_WITHDRAWAL: acted and withdrawn,
        Flag.AGAINST_REJECTION: acted and said.approval is Approval.REJECTED,
        Flag.EXCLUDED_APPROVER: said.approved_by in stands.recommended.excluded,
    }
    return [flag for flag, holds in found.items() if holds]


def _accepted(stands: Standing, by: datetime) -> bool:
    final = stands.final
    return final is not None and final.kind is DecisionKind.ACCEPT and final.decided_at <= by


def _require_possible(happened_at: datetime, stands: Standing, now: datetime) -> None:
    if happened_at > now + CLOCKS_APART:
        raise NotThen("an instant that is not in the future")
    if happened_at < stands.recommended.issued_at - CLOCKS_APART:
        raise NotThen("an instant after the recommendation was given")
