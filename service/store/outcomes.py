"""What recommendations came to, as the engine reports it. The one reported last counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection, insert

from service.store.inbox_tables import recommendation_outcomes


class Approval(StrEnum):
    """What the engine's own approval said."""

    APPROVED = "approved"
    REJECTED = "rejected"
    NOT_ASKED = "not_asked"


class Work(StrEnum):
    """What then was done of what was recommended."""

    DONE = "done"
    PARTLY = "partly"
    NOT_DONE = "not_done"
    FAILED = "failed"


ACTED = frozenset({Work.DONE, Work.PARTLY})
"""Something was done."""


@dataclass(frozen=True)
class StoredOutcome:
    """One report. ``flags`` say what is wrong with it."""

    outcome_id: UUID
    jti: UUID
    approval: Approval
    work: Work
    approved_by: str | None
    note: str | None
    happened_at: datetime
    reported_at: datetime
    principal_id: str
    flags: Sequence[str]


def insert_outcome(connection: Connection, outcome: StoredOutcome) -> None:
    """Store a report beside those that came before."""
    connection.execute(insert(recommendation_outcomes).values(vars(outcome) | {"flags": list(outcome.flags)}))
