"""An event that was taken in: what happened, where in which governed workflow, and the ids it is about."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from service.triage.desk import Place


class EventType(StrEnum):
    """The types of events that are understood; CloudEvents' ``type``."""

    DELIVERY_REVIEW_ENTERED = "bellwether.deal.delivery_review.entered"
    THRESHOLD_EXCEEDED = "bellwether.resource_request.threshold_exceeded"
    STILL_OPEN = "bellwether.resource_request.still_open"
    WINDOW_CLOSING = "bellwether.time.window_closing"
    VARIANCE_CROSSED = "bellwether.forecast.variance_crossed"
    EXCEPTION_ROUTED = "bellwether.approval.exception_routed"
    DUE_SOON = "bellwether.milestone.due_soon"


@dataclass(frozen=True)
class Event:
    """One event as it is kept. ``(source, id)`` is its identity; ``event_id`` is the name that it has here.

    ``data`` is what the type's schema asks for beside the workflow. ``received_at`` is its ``as_of``.
    """

    event_id: UUID
    source: str
    id: str
    type: EventType
    subject: str | None
    happened_at: dt.datetime | None
    received_at: dt.datetime
    principal_id: str
    place: Place
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Ask:
    """What an event asks of one task: these subjects, at the event's place."""

    task: str
    ids: tuple[str, ...]
