"""What goes out, as CloudEvents 1.0 in structured JSON.

Each says that something changed and where to ask; what a reader may see of it is judged when the reader asks. So a
message holds no money, no probability, no reason, no summary, no action, and no person: a cause by its kind alone.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from cloudevents.core.bindings.http import to_structured_event
from cloudevents.core.v1.event import CloudEvent

from service.inbox.finding import Change, Changed
from service.store.told import ToldException, ToldRecommendation

CONTENT_TYPE = "application/cloudevents+json"
_IDS = UUID("1d4c7b0e-9f0d-5c0e-8d5a-6f2d7a1c3b52")
"""The namespace of the ids of messages: one change has one id, whoever is told and however often."""


class OutgoingType(StrEnum):
    """The types of events that go out; CloudEvents' ``type``."""

    EXCEPTION_OPENED = "bellwether.exception.opened"
    EXCEPTION_UPDATED = "bellwether.exception.updated"
    EXCEPTION_DECIDED = "bellwether.exception.decided"
    RECOMMENDATION_WITHDRAWN = "bellwether.recommendation.withdrawn"


TEST = "bellwether.subscription.tested"
"""The type of the message by which a subscriber tries a receiver; nobody can subscribe to it."""

TYPE_OF: Mapping[Change, OutgoingType] = {
    Change.OPENED: OutgoingType.EXCEPTION_OPENED,
    Change.MERGED: OutgoingType.EXCEPTION_UPDATED,
    Change.RAISED: OutgoingType.EXCEPTION_UPDATED,
    Change.RESOLVED: OutgoingType.EXCEPTION_UPDATED,
    Change.DECIDED: OutgoingType.EXCEPTION_DECIDED,
}


@dataclass(frozen=True)
class Message:
    """A CloudEvent of a type, about an exception, a recommendation or a subscription; ``body`` is its JSON."""

    type: str
    about: UUID
    body: str


def exception_changed(changed: Changed, told: ToldException, *, source: str, now: dt.datetime) -> Message:
    """Tells what became of an exception. ``source`` is the issuer of this deployment."""
    kind = TYPE_OF[changed.change]
    data = {
        "exception_id": str(told.exception_id),
        "url": f"/v1/exceptions/{told.exception_id}",
        "change": changed.change,
        "version": changed.version,
        "status": told.status,
        "cause": {"kind": told.cause_kind},
        "owner_role": told.owner_role,
        "workflows": list(told.workflows),
        "tasks": list(told.tasks),
        "events": list(told.events),
        "recommendations": list(told.recommendations),
    }
    return _message(kind, told.exception_id, f"{changed.change} {changed.version}", data, source, now)


def recommendation_withdrawn(told: ToldRecommendation, *, source: str, now: dt.datetime) -> Message:
    """Tells that a recommendation stands no more, whatever its token says."""
    data = {"url": f"/v1/recommendations/{told.jti}", **asdict(told), "jti": str(told.jti), "status": "withdrawn"}
    return _message(OutgoingType.RECOMMENDATION_WITHDRAWN, told.jti, "", data, source, now)


def subscription_tested(subscription_id: UUID, *, source: str, now: dt.datetime) -> Message:
    """Tells nothing; a receiver shows by it that it receives."""
    data = {"subscription_id": str(subscription_id)}
    return _message(TEST, subscription_id, now.isoformat(), data, source, now)


def _message(  # noqa: PLR0917 - what a message is made of
    kind: str, about: UUID, occasion: str, data: Mapping[str, Any], source: str, now: dt.datetime
) -> Message:
    attributes = {
        "id": str(uuid5(_IDS, f"{kind} {about} {occasion}")),
        "source": source,
        "type": str(kind),
        "subject": str(about),
        "time": now,
        "datacontenttype": "application/json",
    }
    return Message(kind, about, to_structured_event(CloudEvent(attributes, dict(data))).body.decode())
