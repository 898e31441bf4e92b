"""``/v1/subscriptions``: who is told of what, and where. Plain routes: what is told is no more than ids and places."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import to_json

from service.api.auth import guarded_router
from service.api.dependencies import Caller, UsedServices
from service.api.problems import declared
from service.api.repeated_calls import Call, RequiredKey, once
from service.errors import Conflict, FieldError, MalformedInput, NotFound
from service.outgoing.messages import OutgoingType
from service.outgoing.subscribing import MOST_A_PRINCIPAL, TooManySubscriptions, Wanted, owner
from service.outgoing.targets import LONGEST_URL, TargetRefused
from service.store.deliveries import DeliveryStatus, counts
from service.store.subscriptions import StoredSubscription, subscription, subscriptions_of

router = guarded_router()

Url = Annotated[
    str,
    Field(
        max_length=LONGEST_URL,
        description="https, to public addresses; others as BELLWETHER_WEBHOOKS__ALLOW_PRIVATE says",
        examples=["https://engine.example.com/bellwether"],
    ),
]
Types = Annotated[list[OutgoingType], Field(min_length=1, max_length=len(OutgoingType), examples=[list(OutgoingType)])]
Description = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SubscriptionRequest(_Body):
    """What is to be told, and where to."""

    url: Url
    types: Types
    description: Description | None = Field(None, description="for people; name no person")


class SubscriptionChange(_Body):
    """What is to be another way; what is absent stays. ``active`` pauses it, or wakes one that its receiver ended."""

    url: Url | None = None
    types: Types | None = None
    description: Description | None = None
    active: bool | None = Field(None, strict=True)


class DeliveriesCounted(BaseModel):
    """How many deliveries wait or are tried again, arrived, and are dead."""

    model_config = ConfigDict(extra="forbid")

    pending: int
    delivered: int
    dead: int


class SubscriptionShown(BaseModel):
    """A subscription. Its secret is shown when it is made, and never again."""

    model_config = ConfigDict(extra="forbid")

    subscription_id: UUID
    principal: str
    url: str
    types: list[OutgoingType]
    description: str | None
    active: bool
    former_secret_until: dt.datetime | None = Field(description="until then the secret before this one signs along")
    created_at: dt.datetime
    changed_at: dt.datetime


class SubscriptionWithSecret(SubscriptionShown):
    """A subscription with its new secret."""

    secret: str | None = Field(
        description="shown this once; null where the call is repeated by its key (lost? rotate it)",
        examples=["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDazfgh/Y8d+Q="],
    )


class SubscriptionFound(SubscriptionShown):
    """A subscription, and how its deliveries are."""

    deliveries: DeliveriesCounted


class SubscriptionsShown(BaseModel):
    """The caller's own subscriptions; for an admin everybody's."""

    model_config = ConfigDict(extra="forbid")

    subscriptions: list[SubscriptionShown]


class SubscriptionDeleted(BaseModel):
    """A subscription that is no more."""

    model_config = ConfigDict(extra="forbid")

    subscription_id: UUID
    deleted: bool


@router.post(
    "/v1/subscriptions",
    summary="Subscribe to what happens here",
    tags=["subscriptions"],
    status_code=201,
    response_model=None,
    responses={201: {"model": SubscriptionWithSecret}, **declared(Conflict)},
)
def subscribe(
    request: SubscriptionRequest, http: Request, services: UsedServices, caller: Caller, idempotency_key: RequiredKey
) -> Response:
    """Events go as signed CloudEvents to the URL from now on. Keep the ``secret``: it is not shown again."""
    call = Call.of(f"POST {http.url.path}", caller, idempotency_key, request)
    wanted = Wanted(request.url, tuple(dict.fromkeys(request.types)), request.description)

    def created(now: dt.datetime) -> bytes:
        try:
            new, secret = services.subscriptions.create(
                wanted,
                caller,
                first=call.require_new,
                also=lambda connection, new: call.keeping(_with(new, None), now, 201)(connection),
                now=now,
            )
        except TargetRefused as refused:
            raise _refused(refused) from None
        except TooManySubscriptions:
            raise Conflict(f"You have {MOST_A_PRINCIPAL} subscriptions, and that is the most; delete one.") from None
        return _with(new, secret)

    return once(services, call, created, 201)


@router.get("/v1/subscriptions", summary="Which subscriptions are there?", tags=["subscriptions"])
def list_subscriptions(services: UsedServices, caller: Caller) -> SubscriptionsShown:
    """The caller's own, the oldest first; for an admin everybody's."""
    with services.engine.connect() as connection:
        found = subscriptions_of(connection, owner(caller))
    return SubscriptionsShown(subscriptions=[SubscriptionShown(**_shown(each)) for each in found])


@router.get(
    "/v1/subscriptions/{subscription_id}",
    summary="One subscription, and how its deliveries are",
    tags=["subscriptions"],
    responses=declared(NotFound),
)
def get_subscription(subscription_id: UUID, services: UsedServices, caller: Caller) -> SubscriptionFound:
    """Without its secret, which nobody is shown again."""
    with services.engine.connect() as connection:
        found = subscription(connection, subscription_id, principal_id=owner(caller))
        if found is None:
            raise no_such_subscription()
        counted = counts(connection, subscription_id)
    return SubscriptionFound(**_shown(found), deliveries=_counted(counted))


@router.patch(
    "/v1/subscriptions/{subscription_id}",
    summary="Change a subscription, pause it or wake it",
    tags=["subscriptions"],
    responses=declared(NotFound),
)
def change_subscription(
    subscription_id: UUID, request: SubscriptionChange, services: UsedServices, caller: Caller
) -> SubscriptionShown:
    """What waits goes to the new URL, too. While it is paused nothing is kept for it, and what waits is dead."""
    wrong = [name for name in ("url", "types", "active") if getattr(request, name) is None and _given(request, name)]
    if wrong or not request.model_fields_set:
        expected = "something to change: url, types, description or active, of which only a description may be null"
        raise MalformedInput([FieldError("body", wrong[0] if wrong else "url", expected)])
    changes: dict[str, Any] = {name: getattr(request, name) for name in request.model_fields_set}
    if request.types is not None:
        changes["types"] = list(dict.fromkeys(request.types))
    try:
        became = services.subscriptions.change(subscription_id, changes, caller, now=dt.datetime.now(dt.UTC))
    except TargetRefused as refused:
        raise _refused(refused) from None
    if became is None:
        raise no_such_subscription()
    return SubscriptionShown(**_shown(became))


@router.post(
    "/v1/subscriptions/{subscription_id}/secret",
    summary="Rotate the secret of a subscription",
    tags=["subscriptions"],
    response_model=None,
    responses={200: {"model": SubscriptionWithSecret}, **declared(NotFound, Conflict)},
)
def rotate_secret(
    subscription_id: UUID, http: Request, services: UsedServices, caller: Caller, idempotency_key: RequiredKey
) -> Response:
    """A new secret signs at once; the former one signs along for a day, so that a receiver can change over."""
    call = Call.of(f"POST {http.url.path}", caller, idempotency_key, _Body())

    def rotated(now: dt.datetime) -> bytes:
        made = services.subscriptions.rotate(
            subscription_id,
            caller,
            first=call.require_new,
            also=lambda connection, became: call.keeping(_with(became, None), now)(connection),
            now=now,
        )
        if made is None:
            raise no_such_subscription()
        return _with(*made)

    return once(services, call, rotated)


@router.delete(
    "/v1/subscriptions/{subscription_id}",
    summary="Delete a subscription",
    tags=["subscriptions"],
    responses=declared(NotFound),
)
def delete_subscription(subscription_id: UUID, services: UsedServices, caller: Caller) -> SubscriptionDeleted:
    """With all its deliveries, also those that are dead or still to come."""
    if not services.subscriptions.delete(subscription_id, caller, now=dt.datetime.now(dt.UTC)):
        raise no_such_subscription()
    return SubscriptionDeleted(subscription_id=subscription_id, deleted=True)


def no_such_subscription() -> NotFound:
    """The error of an id that no subscription has, or somebody else's."""
    return NotFound("No subscription of yours has this id; GET /v1/subscriptions lists them.")


def _given(request: SubscriptionChange, name: str) -> bool:
    return name in request.model_fields_set


def _refused(refused: TargetRefused) -> MalformedInput:
    return MalformedInput([FieldError("body", "url", refused.expected)])


def _shown(found: StoredSubscription) -> dict[str, Any]:
    return {
        "subscription_id": found.subscription_id,
        "principal": found.principal_id,
        "url": found.url,
        "types": list(found.types),
        "description": found.description,
        "active": found.active,
        "former_secret_until": found.former_until,
        "created_at": found.created_at,
        "changed_at": found.changed_at,
    }


def _with(found: StoredSubscription, secret: str | None) -> bytes:
    return to_json(SubscriptionWithSecret(**_shown(found), secret=secret))


def _counted(counted: Mapping[DeliveryStatus, int]) -> DeliveriesCounted:
    return DeliveriesCounted(**{status.value: count for status, count in counted.items()})
