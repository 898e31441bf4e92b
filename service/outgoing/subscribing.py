"""Who subscribes to what: each change is one transaction with its audit row, which tells no secret and no full URL."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Engine

from ledger.audit import Entry, append
from ledger.principals import Principal
from ledger.pseudonyms import pseudonym, reference
from ledger.record import transaction
from service.outgoing.outbox import Outbox
from service.outgoing.secret_box import SecretBox, new_secret
from service.outgoing.targets import Targets, parsed
from service.store.deliveries import revive
from service.store.subscriptions import (
    StoredSubscription,
    change_subscription,
    count_of,
    delete_subscription,
    insert_subscription,
    subscription,
)

CREATED, CHANGED, DELETED = "subscription_created", "subscription_changed", "subscription_deleted"
ROTATED, TESTED, REPLAYED = "subscription_secret_rotated", "subscription_tested", "deliveries_replayed"
MOST_A_PRINCIPAL = 50
MOST_REPLAYED = 1_000
"""Deliveries in one call; what is left over, the next one takes."""

Write = Callable[[Connection], None]


class TooManySubscriptions(Exception):
    """A principal who has as many as one may have."""


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to hear of, and where."""

    url: str
    types: Sequence[str]
    description: str | None


@dataclass(frozen=True)
class Subscriptions:
    """The parts that subscribing takes. ``former_signs`` is how long a former secret signs along after a rotation.

    Admins reach everybody's subscriptions, others their own. Each change runs ``first`` before it, which may raise to
    leave all as it was, and ``also`` with what came of it; both in its transaction.
    """

    engine: Engine
    home: Path
    box: SecretBox
    targets: Targets
    outbox: Outbox
    former_signs: dt.timedelta

    def create(
        self,
        wanted: Wanted,
        caller: Principal,
        *,
        first: Write,
        also: Callable[[Connection, StoredSubscription], None],
        now: dt.datetime,
    ) -> tuple[StoredSubscription, str]:
        """A new subscription and its secret, which nobody is shown again.

        Raises TargetRefused, before anything is stored, and TooManySubscriptions.
        """
        self.targets.addresses(wanted.url)
        secret = new_secret()
        new = StoredSubscription(
            subscription_id=uuid4(),
            principal_id=caller.principal_id,
            api_role=caller.api_role,
            url=wanted.url,
            types=tuple(wanted.types),
            description=wanted.description,
            secret=self.box.seal(secret),
            former_secret=None,
            former_until=None,
            active=True,
            created_at=now,
            changed_at=now,
        )
        with transaction(self.engine, self.home) as connection:
            first(connection)
            if count_of(connection, caller.principal_id) >= MOST_A_PRINCIPAL:
                raise TooManySubscriptions
            insert_subscription(connection, new)
            also(connection, new)
            told = {"types": list(new.types), "host": parsed(new.url).host}
            _record(connection, CREATED, new.subscription_id, caller, told, now)
        return new, secret

    def change(
        self, subscription_id: UUID, changes: Mapping[str, Any], caller: Principal, *, now: dt.datetime
    ) -> StoredSubscription | None:
        """Sets what ``changes`` names; None where there is no such subscription. Raises TargetRefused."""
        if "url" in changes:
            self.targets.addresses(changes["url"])
        with transaction(self.engine, self.home) as connection:
            was = self._mine(connection, subscription_id, caller)
            if was is None:
                return None
            became = replace(was, **changes)
            if became == was:
                return was
            change_subscription(connection, subscription_id, {**changes, "changed_at": now})
            told = {"changed": sorted(changes), "types": list(became.types), "host": parsed(became.url).host}
            _record(connection, CHANGED, subscription_id, caller, {**told, "active": became.active}, now)
            return replace(became, changed_at=now)

    def rotate(
        self,
        subscription_id: UUID,
        caller: Principal,
        *,
        first: Write,
        also: Callable[[Connection, StoredSubscription], None],
        now: dt.datetime,
    ) -> tuple[StoredSubscription, str] | None:
        """A new secret, beside which the former one signs for a while; None where there is no such subscription."""
        secret = new_secret()
        with transaction(self.engine, self.home) as connection:
            was = self._mine(connection, subscription_id, caller)
            if was is None:
                return None
            first(connection)
            changes: dict[str, Any] = {
                "secret": self.box.seal(secret),
                "former_secret": was.secret,
                "former_until": now + self.former_signs,
                "changed_at": now,
            }
            change_subscription(connection, subscription_id, changes)
            became = replace(was, **changes)
            also(connection, became)
            told = {"former_until": (now + self.former_signs).isoformat()}
            _record(connection, ROTATED, subscription_id, caller, told, now)
        return became, secret

    def delete(self, subscription_id: UUID, caller: Principal, *, now: dt.datetime) -> bool:
        """Removes it and all its deliveries, also those under way; False where there is no such subscription."""
        with transaction(self.engine, self.home) as connection:
            if self._mine(connection, subscription_id, caller) is None:
                return False
            told = {"deliveries": delete_subscription(connection, subscription_id)}
            _record(connection, DELETED, subscription_id, caller, told, now)
        return True

    def test(
        self,
        subscription_id: UUID,
        caller: Principal,
        *,
        first: Write,
        also: Callable[[Connection, UUID], None],
        now: dt.datetime,
    ) -> UUID | None:
        """Sends a message that tells nothing; its delivery, None where there is no such subscription."""
        with transaction(self.engine, self.home) as connection:
            if self._mine(connection, subscription_id, caller) is None:
                return None
            first(connection)
            delivery_id = self.outbox.test(connection, subscription_id, now=now)
            also(connection, delivery_id)
            _record(connection, TESTED, subscription_id, caller, {"delivery_id": str(delivery_id)}, now)
        return delivery_id

    def replay(
        self,
        subscription_id: UUID,
        delivery_id: UUID | None,
        caller: Principal,
        *,
        first: Write,
        also: Callable[[Connection, Sequence[UUID]], None],
        now: dt.datetime,
    ) -> Sequence[UUID] | None:
        """Sends dead deliveries again, that one or the oldest; which, None where there is no such subscription."""
        with transaction(self.engine, self.home) as connection:
            if self._mine(connection, subscription_id, caller) is None:
                return None
            first(connection)
            again = revive(connection, subscription_id, delivery_id=delivery_id, limit=MOST_REPLAYED, now=now)
            self.outbox.enqueue(connection, again)
            also(connection, again)
            if again:
                _record(connection, REPLAYED, subscription_id, caller, {"deliveries": len(again)}, now)
        return again

    def _mine(self, connection: Connection, subscription_id: UUID, caller: Principal) -> StoredSubscription | None:
        return subscription(connection, subscription_id, principal_id=owner(caller), lock=True)


def owner(caller: Principal) -> str | None:
    """Whose subscriptions the caller reaches; None is everybody's."""
    return None if caller.api_role == "admin" else caller.principal_id


def _record(  # noqa: PLR0917 - what a row says
    connection: Connection,
    kind: str,
    subscription_id: UUID,
    caller: Principal,
    told: Mapping[str, Any],
    now: dt.datetime,
) -> None:
    name = pseudonym(reference(connection, caller.principal_id), caller.principal_id)
    who = {"principal": name, "api_role": caller.api_role, "subscription_id": str(subscription_id)}
    append(connection, [Entry(kind, {**who, **told})], now=now)
