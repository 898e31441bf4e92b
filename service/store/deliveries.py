"""Deliveries as rows: one a subscription and message, from the change that it tells of until it arrived or is dead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection, RowMapping, func, insert, select, tuple_, update

from service.store.outgoing_tables import deliveries


class DeliveryStatus(StrEnum):
    """Where a delivery is. A *dead* one is tried no more, unless somebody replays it."""

    PENDING = "pending"
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(frozen=True)
class StoredDelivery:
    """A message to one subscription. ``about`` is the exception, or the jti of the recommendation, that it tells of.

    ``attempts`` counts all; ``attempts_before`` those before it was last replayed, which the schedule does not count.
    """

    delivery_id: UUID
    subscription_id: UUID
    type: str
    about: UUID
    body: str
    status: DeliveryStatus
    attempts: int
    attempts_before: int
    created_at: datetime
    next_at: datetime | None
    last_status: int | None
    last_error: str | None
    settled_at: datetime | None


@dataclass(frozen=True)
class Tried:
    """How an attempt ended: the status that it leads to, when the next one is due, and what was answered."""

    status: DeliveryStatus
    next_at: datetime | None
    last_status: int | None
    last_error: str | None


def insert_deliveries(connection: Connection, new: Sequence[StoredDelivery]) -> None:
    """Store new ones."""
    if new:
        connection.execute(insert(deliveries), [vars(each) for each in new])


def delivery(connection: Connection, delivery_id: UUID) -> StoredDelivery | None:
    """One; None where there is none (any more)."""
    row = connection.execute(select(deliveries).where(deliveries.c.delivery_id == delivery_id)).mappings().first()
    return None if row is None else _delivery(row)


def page_of(
    connection: Connection,
    subscription_id: UUID,
    *,
    status: DeliveryStatus | None,
    before: UUID | None,
    limit: int,
) -> list[StoredDelivery]:
    """Deliveries of a subscription, the newest first, from the one after ``before`` on."""
    place = tuple_(deliveries.c.created_at, deliveries.c.delivery_id)
    query = select(deliveries).where(deliveries.c.subscription_id == subscription_id)
    if status is not None:
        query = query.where(deliveries.c.status == status)
    if before is not None:
        last = select(deliveries.c.created_at, deliveries.c.delivery_id).where(deliveries.c.delivery_id == before)
        query = query.where(place < last.scalar_subquery())
    query = query.order_by(deliveries.c.created_at.desc(), deliveries.c.delivery_id.desc()).limit(limit)
    return [_delivery(row) for row in connection.execute(query).mappings()]


def note_attempt(connection: Connection, was: StoredDelivery, tried: Tried, *, now: datetime) -> bool:
    """Count an attempt and keep how it ended; False, and nothing is kept, where another process was first."""
    unchanged = (
        (deliveries.c.delivery_id == was.delivery_id)
        & (deliveries.c.attempts == was.attempts)
        & (deliveries.c.status == DeliveryStatus.PENDING)
    )
    values = {
        **vars(tried),
        "attempts": was.attempts + 1,
        "settled_at": None if tried.status is DeliveryStatus.PENDING else now,
    }
    return connection.execute(update(deliveries).where(unchanged).values(values)).rowcount == 1


def revive(
    connection: Connection, subscription_id: UUID, *, delivery_id: UUID | None, limit: int, now: datetime
) -> list[UUID]:
    """Make dead deliveries pending again, that one or up to ``limit`` of the oldest, and begin their schedule anew."""
    dead = (
        select(deliveries.c.delivery_id)
        .where(deliveries.c.subscription_id == subscription_id, deliveries.c.status == DeliveryStatus.DEAD)
        .order_by(deliveries.c.created_at, deliveries.c.delivery_id)
        .limit(limit)
    )
    if delivery_id is not None:
        dead = dead.where(deliveries.c.delivery_id == delivery_id)
    values = {
        "status": DeliveryStatus.PENDING,
        "attempts_before": deliveries.c.attempts,
        "next_at": now,
        "settled_at": None,
    }
    chosen = deliveries.c.delivery_id.in_(dead.with_for_update().scalar_subquery())
    return list(
        connection.execute(
            update(deliveries).where(chosen).values(values).returning(deliveries.c.delivery_id)
        ).scalars()
    )


def counts(connection: Connection, subscription_id: UUID) -> dict[DeliveryStatus, int]:
    """How many deliveries of a subscription are in each status."""
    query = select(deliveries.c.status, func.count()).group_by(deliveries.c.status)
    found = connection.execute(query.where(deliveries.c.subscription_id == subscription_id))
    return dict.fromkeys(DeliveryStatus, 0) | {DeliveryStatus(status): count for status, count in found}


def _delivery(row: RowMapping) -> StoredDelivery:
    return StoredDelivery(**{**row, "status": DeliveryStatus(row["status"])})
