"""Subscriptions as rows: who wants to hear of what, and where."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from service.store.outgoing_tables import deliveries, subscriptions


@dataclass(frozen=True)
class StoredSubscription:
    """A subscription. ``secret`` and ``former_secret`` are sealed; the former one signs along until ``former_until``.

    What is not ``active`` gets nothing: its receiver said that it is gone, or somebody paused it.
    """

    subscription_id: UUID
    principal_id: str
    api_role: str
    url: str
    types: Sequence[str]
    description: str | None
    secret: bytes
    former_secret: bytes | None
    former_until: datetime | None
    active: bool
    created_at: datetime
    changed_at: datetime


def insert_subscription(connection: Connection, subscription: StoredSubscription) -> None:
    """Store a new one."""
    connection.execute(insert(subscriptions).values(vars(subscription) | {"types": list(subscription.types)}))


def subscription(
    connection: Connection, subscription_id: UUID, *, principal_id: str | None, lock: bool = False
) -> StoredSubscription | None:
    """One of this principal's, or anybody's for None; None where there is none. ``lock``: nobody else changes it."""
    query = select(subscriptions).where(subscriptions.c.subscription_id == subscription_id)
    if principal_id is not None:
        query = query.where(subscriptions.c.principal_id == principal_id)
    row = connection.execute(query.with_for_update() if lock else query).mappings().first()
    return None if row is None else _subscription(row)


def subscriptions_of(connection: Connection, principal_id: str | None) -> list[StoredSubscription]:
    """All of this principal's, or of everybody for None, the oldest first."""
    query = select(subscriptions).order_by(subscriptions.c.created_at, subscriptions.c.subscription_id)
    if principal_id is not None:
        query = query.where(subscriptions.c.principal_id == principal_id)
    return [_subscription(row) for row in connection.execute(query).mappings()]


def count_of(connection: Connection, principal_id: str) -> int:
    """How many this principal has."""
    query = select(func.count()).select_from(subscriptions).where(subscriptions.c.principal_id == principal_id)
    return int(connection.execute(query).scalar_one())


def change_subscription(connection: Connection, subscription_id: UUID, changes: Mapping[str, Any]) -> None:
    """Set these columns."""
    mine = subscriptions.c.subscription_id == subscription_id
    connection.execute(update(subscriptions).where(mine).values(dict(changes)))


def delete_subscription(connection: Connection, subscription_id: UUID) -> int:
    """Remove it with all its deliveries; how many of those there were."""
    gone = connection.execute(delete(deliveries).where(deliveries.c.subscription_id == subscription_id)).rowcount
    connection.execute(delete(subscriptions).where(subscriptions.c.subscription_id == subscription_id))
    return gone


def wanting(connection: Connection, types: Collection[str]) -> dict[UUID, frozenset[str]]:
    """The active subscriptions that want any of these types, and which they want."""
    query = select(subscriptions.c.subscription_id, subscriptions.c.types).where(subscriptions.c.active)
    found = ((row.subscription_id, frozenset(row.types) & frozenset(types)) for row in connection.execute(query))
    return {subscription_id: wanted for subscription_id, wanted in found if wanted}


def _subscription(row: RowMapping) -> StoredSubscription:
    return StoredSubscription(**row)
