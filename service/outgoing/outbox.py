"""What goes out, kept and queued in the transaction of what it tells of."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from service.inbox.finding import Changed
from service.outgoing.announcing import announce, announce_withdrawn, keep
from service.outgoing.messages import subscription_tested

Enqueue = Callable[[Connection, Sequence[UUID]], None]
"""Queues these deliveries in the caller's transaction, each for the attempt that comes next."""


@dataclass(frozen=True)
class Outbox:
    """``source`` is the issuer of this deployment, which every message names."""

    source: str
    enqueue: Enqueue

    def announce(self, connection: Connection, changed: Sequence[Changed], *, now: dt.datetime) -> None:
        """Tells of exceptions that changed."""
        self.enqueue(connection, announce(connection, changed, source=self.source, now=now))

    def withdrawn(self, connection: Connection, jti: UUID, *, now: dt.datetime) -> None:
        """Tells of a recommendation that was withdrawn."""
        self.enqueue(connection, announce_withdrawn(connection, jti, source=self.source, now=now))

    def test(self, connection: Connection, subscription_id: UUID, *, now: dt.datetime) -> UUID:
        """Sends a subscription a message that tells nothing; its delivery."""
        message = subscription_tested(subscription_id, source=self.source, now=now)
        (delivery_id,) = kept = keep(connection, [(subscription_id, message)], now)
        self.enqueue(connection, kept)
        return delivery_id
