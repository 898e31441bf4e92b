"""All that is kept of one exception: its troubles and the events that led to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from service.store.inbox_tables import event_exceptions, events, troubles


@dataclass(frozen=True)
class KeptTrouble:
    """A trouble with what was said of it, unredacted; see `service.inbox.finding.Finding`."""

    trouble_id: UUID
    exception_id: UUID
    task: str
    subject_id: str
    project_id: str | None
    client_id: str | None
    person_id: str | None
    workflow_name: str
    workflow_instance: str
    workflow_step: str
    workflow_requester: str | None
    answer_id: UUID | None
    event_id: UUID | None
    as_of: datetime
    first_found_at: datetime
    found_at: datetime
    times_found: int
    probability: float | None
    band: str
    expected_loss: float | None
    deferred_amount: float | None
    currency: str | None
    amount: float | None
    confidence: float
    deadline: datetime | None
    owner_role: str | None
    document: Mapping[str, Any]
    summary: Sequence[Mapping[str, Any]]
    resolved_at: datetime | None
    resolved_why: str | None


@dataclass(frozen=True)
class LedToIt:
    """An event that changed the exception, and how. ``workflow`` is the one that it came from."""

    event_id: UUID
    source: str
    id: str
    type: str
    workflow: str
    received_at: datetime
    change: str


def troubles_of(connection: Connection, exception_id: UUID) -> list[KeptTrouble]:
    """Every trouble of an exception, those that are not over first and then the largest."""
    of = select(troubles).where(troubles.c.exception_id == exception_id)
    ordered = of.order_by(
        troubles.c.resolved_at.is_not(None), troubles.c.amount.desc().nulls_first(), troubles.c.trouble_id
    )
    return [KeptTrouble(**row) for row in connection.execute(ordered).mappings()]


def timeline_of(connection: Connection, exception_id: UUID) -> list[LedToIt]:
    """The events that changed an exception, the first one first."""
    query = (
        select(
            events.c.event_id, events.c.source, events.c.id, events.c.type, events.c.workflow_name.label("workflow"),
            events.c.received_at, event_exceptions.c.change,
        )
        .join(event_exceptions, event_exceptions.c.event_id == events.c.event_id)
        .where(event_exceptions.c.exception_id == exception_id)
        .order_by(events.c.received_at, events.c.event_id)
    )  # fmt: skip
    return [LedToIt(**row) for row in connection.execute(query).mappings()]
