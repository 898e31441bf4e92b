"""One attempt to deliver, outside of any transaction, and what is kept of it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import structlog
from sqlalchemy import Engine

from ledger.audit import Entry, append
from ledger.record import transaction
from service.outgoing.schedule import next_attempt
from service.outgoing.secret_box import SecretBox, SecretLost
from service.outgoing.sending import GONE, Reply, Sender, signed
from service.store.deliveries import DeliveryStatus, StoredDelivery, Tried, delivery, note_attempt
from service.store.subscriptions import StoredSubscription, change_subscription, subscription

ENDED = "subscription_ended"
_log = structlog.get_logger("bellwether.webhooks")


@dataclass(frozen=True)
class Postman:
    """The parts that delivering takes. ``delays`` are the seconds between attempts."""

    home: Path
    box: SecretBox
    sender: Sender
    delays: Sequence[float]


def attempt(
    engine: Engine, postman: Postman, delivery_id: UUID, *, now: dt.datetime, number: int | None = None
) -> dt.datetime | None:
    """Tries once; when to try again, or None where it is settled: it arrived, is dead, or is not there any more.

    Where attempt ``number`` (from 1) was made already nothing is sent. An attempt whose process died before it was kept
    is made again, with the same ``webhook-id``.
    """
    with engine.connect() as connection:
        due = delivery(connection, delivery_id)
        to = None if due is None else subscription(connection, due.subscription_id, principal_id=None)
    if due is None or to is None or due.status is not DeliveryStatus.PENDING:
        return None
    if number is not None and due.attempts >= number:
        return due.next_at
    reply = _sent(postman, to, due, now) if to.active else Reply(None, "the subscription is not active")
    tried = _tried(due, reply, postman.delays, stay=to.active, now=now)
    with engine.begin() as connection:
        if not note_attempt(connection, due, tried, now=now):
            return None
    if reply.status == GONE:
        _end(engine, postman.home, to, now)
    if tried.status is DeliveryStatus.DEAD:
        _log.warning("webhook is dead", delivery_id=str(delivery_id), attempts=due.attempts + 1, why=reply.error)
    return tried.next_at


def _sent(postman: Postman, to: StoredSubscription, due: StoredDelivery, now: dt.datetime) -> Reply:
    sealed = [to.secret]
    if to.former_secret is not None and to.former_until is not None and now < to.former_until:
        sealed.append(to.former_secret)
    try:
        secrets = [postman.box.unseal(each) for each in sealed]
    except SecretLost:
        return Reply(None, "the secret cannot be read; rotate it")
    return postman.sender.send(to.url, due.body, signed(str(due.delivery_id), due.body, secrets, now=now))


def _tried(due: StoredDelivery, reply: Reply, delays: Sequence[float], *, stay: bool, now: dt.datetime) -> Tried:
    if reply.arrived:
        return Tried(DeliveryStatus.DELIVERED, None, reply.status, None)
    made = due.attempts + 1 - due.attempts_before
    again = None
    if stay and reply.status != GONE:
        again = next_attempt(due.delivery_id, made, delays, asked=reply.retry_after, now=now)
    return Tried(DeliveryStatus.DEAD if again is None else DeliveryStatus.PENDING, again, reply.status, reply.error)


def _end(engine: Engine, home: Path, to: StoredSubscription, now: dt.datetime) -> None:
    """The receiver wants no more. What else waits for it finds it so at its next attempt."""
    with transaction(engine, home) as connection:
        change_subscription(connection, to.subscription_id, {"active": False, "changed_at": now})
        append(connection, [Entry(ENDED, {"subscription_id": str(to.subscription_id), "why": "gone"})], now=now)
