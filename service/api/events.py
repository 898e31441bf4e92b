"""``/v1/events``: what happened, as an orchestration engine says it, and what came of it."""

import datetime as dt
from typing import Any
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from service.api.auth import guarded_router
from service.api.dependencies import Caller, UsedServices
from service.api.event_message import BATCHED, BINARY, MOST_EVENTS, STRUCTURED, SentMessage
from service.api.event_request import events_asked
from service.api.problems import declared
from service.errors import Conflict, MalformedInput, NotFound, TooManyEvents, UnsupportedMediaType
from service.events.event import Event, EventType
from service.events.known_types import KNOWN
from service.events.taking import OtherContent, Taken, take
from service.store.events import EventStatus, came_of, stored_event

router = guarded_router()

RETRY_AFTER = "1"
"""Seconds after which an event is mostly done."""


class EventTaken(BaseModel):
    """An event that is kept and will be looked at, whatever happens to the service meanwhile."""

    model_config = ConfigDict(extra="forbid")

    event_id: UUID
    source: str
    id: str
    status_url: str = Field(examples=["/v1/events/6f1c0d5e-4a52-4b7e-9e0e-3f6a1f0c2b9d"])
    duplicate: bool = Field(description="it came before with the same source and id, and is not looked at again")


class ExceptionChanged(BaseModel):
    """An exception that the event opened or changed."""

    model_config = ConfigDict(extra="forbid")

    exception_id: UUID
    change: str = Field(description="opened, merged, raised or resolved", examples=["opened"])
    url: str


class EventShown(BaseModel):
    """How far an event is, and what came of it: ids and states only."""

    model_config = ConfigDict(extra="forbid")

    event_id: UUID
    source: str
    id: str
    type: EventType
    subject: str | None
    received_at: dt.datetime = Field(description="also the as_of of its answers")
    status: EventStatus = Field(description="done: looked at; failed: it could not be, and an exception says so")
    why: str | None = Field(description="why it failed, or why there is no exception or not one for all it names")
    settled_at: dt.datetime | None
    answers: list[UUID]
    exceptions: list[ExceptionChanged]


def _body() -> dict[str, Any]:
    """The request body for OpenAPI, which no parameter of the route's function tells."""
    examples = {known.name: {"summary": known.description, "value": known.example()} for known in KNOWN.values()}
    data = {known.name: {"value": known.example_data} for known in KNOWN.values()}
    event: dict[str, Any] = {
        "type": "object",
        "required": ["specversion", "id", "source", "type", "data"],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": {"type": "string", "minLength": 1, "maxLength": 200},
            "source": {"type": "string", "format": "uri-reference", "minLength": 1, "maxLength": 400},
            "type": {"enum": list(KNOWN)},
            "subject": {"type": "string", "minLength": 1, "maxLength": 200},
            "time": {"type": "string", "format": "date-time"},
            "data": {"type": "object", "description": "by type; GET /v1/event-types has the schemas"},
        },
    }
    batch = {"type": "array", "items": event, "maxItems": MOST_EVENTS}
    return {
        "required": True,
        "content": {
            STRUCTURED: {"schema": event, "examples": examples},
            BATCHED: {"schema": batch},
            BINARY: {"schema": event["properties"]["data"], "examples": data},
        },
    }


@router.post(
    "/v1/events",
    status_code=202,
    summary="Say what happened",
    tags=["events"],
    responses=declared(Conflict, TooManyEvents, UnsupportedMediaType),
    openapi_extra={"requestBody": _body()},
)
def post_events(
    message: SentMessage, services: UsedServices, caller: Caller, response: Response
) -> EventTaken | list[EventTaken]:
    """CloudEvents 1.0 in structured, binary (attributes in `ce-` headers) or batched mode; a batch is all or nothing.

    The same `source` and `id` is one event, however often it comes. A batch is answered with a list in its order.
    """
    now = dt.datetime.now(dt.UTC)
    events = events_asked(message, services.gate.current.workflows.by_name, caller, now=now)
    try:
        taken = take(services.engine, events, services.pipeline.enqueue_events)
    except OtherContent as refused:
        raise _conflict(refused, batched=message.batched) from None
    told = [_told(event, each) for event, each in zip(events, taken, strict=True)]
    response.headers["Retry-After"] = RETRY_AFTER
    if message.batched:
        return told
    response.headers["Location"] = told[0].status_url
    return told[0]


@router.get("/v1/events/{event_id}", summary="How far is an event?", tags=["events"], responses=declared(NotFound))
def get_event(event_id: UUID, services: UsedServices, response: Response) -> EventShown:
    """Its state, its answers and the exceptions that it opened or changed; `Retry-After` as long as it is accepted."""
    with services.engine.connect() as connection:
        event = stored_event(connection, event_id)
        if event is None:
            raise NotFound("No event has this id; it is the event_id that POST /v1/events answers with.")
        came = came_of(connection, event_id)
    if event.status is EventStatus.ACCEPTED:
        response.headers["Retry-After"] = RETRY_AFTER
    return EventShown(
        event_id=event_id,
        source=event.source,
        id=event.id,
        type=EventType(event.type),
        subject=event.subject,
        received_at=event.received_at,
        status=event.status,
        why=event.why,
        settled_at=event.settled_at,
        answers=list(came.answers),
        exceptions=[
            ExceptionChanged(exception_id=exception, change=change, url=f"/v1/exceptions/{exception}")
            for exception, change in came.exceptions
        ],
    )


def _told(event: Event, taken: Taken) -> EventTaken:
    return EventTaken(
        event_id=taken.event_id,
        source=event.source,
        id=event.id,
        status_url=f"/v1/events/{taken.event_id}",
        duplicate=taken.duplicate,
    )


def _conflict(refused: OtherContent, *, batched: bool) -> Conflict:
    first, more = next(iter(refused.rows)), len(refused.rows) - 1
    where = f" in row {first}{f' (and {more} more)' if more else ''}" if batched else ""
    listed = list(refused.rows.items())[: MalformedInput.MOST_LISTED]
    return Conflict(
        f"The event{where} has the source and id of another one, with another content; nothing was taken. "
        "Something new that happened needs an id of its own.",
        events=[
            {**({"row": row} if batched else {}), "event_id": None if other is None else str(other)}
            for row, other in listed
        ],
        count=len(refused.rows),
    )
