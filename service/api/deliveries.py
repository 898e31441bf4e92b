"""``/v1/subscriptions/{subscription_id}/deliveries``: what arrived, what is dead, and sending it again."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json
from sqlalchemy import Connection

from service.api.auth import guarded_router
from service.api.dependencies import Caller, UsedServices
from service.api.problems import declared
from service.api.repeated_calls import Call, RequiredKey, once
from service.api.subscriptions import no_such_subscription
from service.errors import Conflict, NotFound
from service.outgoing.subscribing import MOST_REPLAYED, owner
from service.services import Services
from service.store.deliveries import DeliveryStatus, StoredDelivery, page_of
from service.store.subscriptions import subscription

router = guarded_router()


class DeliveryShown(BaseModel):
    """A delivery. ``about`` is the exception, or the jti of the recommendation, that it tells of."""

    model_config = ConfigDict(extra="forbid")

    delivery_id: UUID = Field(description="the webhook-id of every attempt")
    type: str
    about: UUID
    status: DeliveryStatus
    attempts: int
    created_at: dt.datetime
    next_at: dt.datetime | None = Field(description="when it is tried next; null where it is settled")
    last_status: int | None = Field(description="what the receiver answered last; null where it did not")
    last_error: str | None
    settled_at: dt.datetime | None


class DeliveriesShown(BaseModel):
    """Deliveries, the newest first. ``next_before`` is where the next page begins; null where there is none."""

    model_config = ConfigDict(extra="forbid")

    deliveries: list[DeliveryShown]
    next_before: UUID | None


class Replayed(BaseModel):
    """How many dead deliveries are sent again."""

    model_config = ConfigDict(extra="forbid")

    replayed: int


class Tested(BaseModel):
    """The delivery of a test message."""

    model_config = ConfigDict(extra="forbid")

    delivery_id: UUID


class _NoBody(BaseModel):
    """The body of a call that has none."""


@router.get(
    "/v1/subscriptions/{subscription_id}/deliveries",
    summary="What was delivered, what waits and what is dead",
    tags=["subscriptions"],
    responses=declared(NotFound),
)
def list_deliveries(  # noqa: PLR0917
    subscription_id: UUID,
    services: UsedServices,
    caller: Caller,
    status: Annotated[DeliveryStatus | None, Query(description="dead is the dead-letter list")] = None,
    before: Annotated[UUID | None, Query(description="next_before of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> DeliveriesShown:
    """A page of them, without what they say: that is at what they are about."""
    with services.engine.connect() as connection:
        if subscription(connection, subscription_id, principal_id=owner(caller)) is None:
            raise no_such_subscription()
        found = page_of(connection, subscription_id, status=status, before=before, limit=limit + 1)
    return DeliveriesShown(
        deliveries=[_shown(each) for each in found[:limit]],
        next_before=found[limit - 1].delivery_id if len(found) > limit else None,
    )


@router.post(
    "/v1/subscriptions/{subscription_id}/deliveries/replay",
    summary="Send all dead deliveries again",
    tags=["subscriptions"],
    status_code=202,
    response_model=None,
    responses={202: {"model": Replayed}, **declared(NotFound, Conflict)},
    description=f"Up to {MOST_REPLAYED:,} in a call, the oldest first; call again, with another key, until it is none.",
)
def replay_all(
    subscription_id: UUID, http: Request, services: UsedServices, caller: Caller, idempotency_key: RequiredKey
) -> Response:
    """All of them, each with the ``webhook-id`` that it had."""
    call = Call.of(f"POST {http.url.path}", caller, idempotency_key, _NoBody())
    return once(services, call, lambda now: _replayed(services, call, subscription_id, None, now), 202)


@router.post(
    "/v1/subscriptions/{subscription_id}/deliveries/{delivery_id}/replay",
    summary="Send a dead delivery again",
    tags=["subscriptions"],
    status_code=202,
    response_model=None,
    responses={202: {"model": Replayed}, **declared(NotFound, Conflict)},
)
def replay_one(  # noqa: PLR0917
    subscription_id: UUID,
    delivery_id: UUID,
    http: Request,
    services: UsedServices,
    caller: Caller,
    idempotency_key: RequiredKey,
) -> Response:
    """At once, and then as often and as late as the first time, with the ``webhook-id`` that it had."""
    call = Call.of(f"POST {http.url.path}", caller, idempotency_key, _NoBody())
    return once(services, call, lambda now: _replayed(services, call, subscription_id, delivery_id, now), 202)


@router.post(
    "/v1/subscriptions/{subscription_id}/test",
    summary="Send a test message",
    tags=["subscriptions"],
    status_code=202,
    response_model=None,
    responses={202: {"model": Tested}, **declared(NotFound, Conflict)},
)
def send_test(
    subscription_id: UUID, http: Request, services: UsedServices, caller: Caller, idempotency_key: RequiredKey
) -> Response:
    """A signed ``bellwether.subscription.tested``, on the way that all others go; its delivery says what came of it."""
    call = Call.of(f"POST {http.url.path}", caller, idempotency_key, _NoBody())

    def tested(now: dt.datetime) -> bytes:
        said = services.subscriptions.test(
            subscription_id,
            caller,
            first=call.require_new,
            also=lambda connection, delivery_id: call.keeping(_tested(delivery_id), now, 202)(connection),
            now=now,
        )
        if said is None:
            raise no_such_subscription()
        return _tested(said)

    return once(services, call, tested, 202)


def _replayed(
    services: Services, call: Call, subscription_id: UUID, delivery_id: UUID | None, now: dt.datetime
) -> bytes:
    def keep(connection: Connection, again: Sequence[UUID]) -> None:
        if delivery_id is not None and not again:
            raise Conflict("No dead delivery of this subscription has this id; only those can be sent again.")
        call.keeping(_counted(again), now, 202)(connection)

    again = services.subscriptions.replay(
        subscription_id, delivery_id, call.caller, first=call.require_new, also=keep, now=now
    )
    if again is None:
        raise no_such_subscription()
    return _counted(again)


def _counted(again: Sequence[UUID]) -> bytes:
    return to_json(Replayed(replayed=len(again)))


def _tested(delivery_id: UUID) -> bytes:
    return to_json(Tested(delivery_id=delivery_id))


def _shown(found: StoredDelivery) -> DeliveryShown:
    return DeliveryShown(**{name: getattr(found, name) for name in DeliveryShown.model_fields})
