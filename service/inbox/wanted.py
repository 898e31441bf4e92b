"""A decision on an exception as it is asked for, made, and refused, as values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ledger.principals import Principal
from service.gate.triage import TriageKind
from service.gate.verdict import Verdict
from service.inbox.finding import Changed
from service.triage.deciding import Made


@dataclass(frozen=True)
class WantedTriage:
    """What somebody wants to do with an exception, at the ``version`` that they saw.

    ``recommendations`` are accepted with it. ``until`` is None for a snooze that lasts until it gets worse.
    """

    exception_id: UUID
    version: int
    kind: TriageKind
    caller: Principal
    recommendations: tuple[UUID, ...] = ()
    reason_code: str | None = None
    reason: str | None = None
    until: datetime | None = None
    assign_to: str | None = None
    trouble_id: UUID | None = None

    @property
    def caller_id(self) -> str:
        return self.caller.principal_id


@dataclass(frozen=True)
class Triaged:
    """What was decided, how the exception stands now, and what became of it and of others."""

    decision_id: UUID
    exception_id: UUID
    kind: TriageKind
    status: str
    version: int
    changed: Sequence[Changed]
    made: Sequence[Made]
    decided_at: datetime


@dataclass(frozen=True)
class Refused:
    """The gate's refusal; of the exception, or of the recommendation ``jti``, and then nothing of it was done."""

    verdict: Verdict
    jti: UUID | None = None
