"""Taking events in: each once, and queued in the transaction that keeps it, so that none is forgotten."""

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import Connection, Engine

from service.events.event import Event, EventType
from service.store.events import EventStatus, StoredEvent, keep_events, stored_event
from service.triage.desk import Place

Enqueue = Callable[[Connection, Sequence[UUID]], None]
"""Queues these events in the caller's transaction."""


class OtherContent(Exception):
    """Events whose ``(source, id)`` another one has, with another content.

    ``rows`` maps the position of each to the id of the other; None where that is one of the same call.
    """

    def __init__(self, rows: Mapping[int, UUID | None]) -> None:
        super().__init__(f"{len(rows)} events have the identity of others")
        self.rows = rows


@dataclass(frozen=True)
class Taken:
    """An event that is kept; ``duplicate`` where it came before."""

    event_id: UUID
    duplicate: bool


def take(engine: Engine, given: Sequence[Event], enqueue: Enqueue) -> list[Taken]:
    """Keep and queue the new ones of these events, all of it or nothing; under which id each is known, in order.

    Raises OtherContent, also for two of ``given``.
    """
    with engine.begin() as connection:
        return take_in(connection, given, enqueue)


def take_in(connection: Connection, given: Sequence[Event], enqueue: Enqueue) -> list[Taken]:
    """As `take`, in the caller's transaction."""
    stored = [_stored(event) for event in given]
    first: dict[tuple[str, str], StoredEvent] = {}
    for event in stored:
        first.setdefault((event.source, event.id), event)
    kept = dict(zip(first, keep_events(connection, list(first.values())), strict=True))
    found = [kept[event.source, event.id] for event in stored]
    differing = {row: there for row, there in enumerate(found) if there.digest != stored[row].digest}
    if differing:
        raise OtherContent({row: None if there.new else there.event_id for row, there in differing.items()})
    taken = [
        Taken(there.event_id, duplicate=not (there.new and first[event.source, event.id] is event))
        for event, there in zip(stored, found, strict=True)
    ]
    new = [each.event_id for each in taken if not each.duplicate]
    if new:
        enqueue(connection, new)
    return taken


def kept_event(connection: Connection, event_id: UUID, *, lock: bool = False) -> tuple[Event, EventStatus] | None:
    """An event and how far it is, None where there is none; with ``lock`` until the transaction ends."""
    stored = stored_event(connection, event_id, lock=lock)
    return None if stored is None else (_event(stored), stored.status)


def _digest(event: Event) -> str:
    """SHA-256 (hex) of what an event says. The time is in it: a new happening under a used id is told, not lost."""
    happened = event.happened_at.astimezone(dt.UTC).isoformat() if event.happened_at else None
    said = [event.type, event.subject, happened, vars(event.place), dict(sorted(event.data.items()))]
    return hashlib.sha256(to_json(said)).hexdigest()


def _stored(event: Event) -> StoredEvent:
    return StoredEvent(
        event_id=event.event_id,
        source=event.source,
        id=event.id,
        type=event.type,
        subject=event.subject,
        happened_at=event.happened_at,
        received_at=event.received_at,
        principal_id=event.principal_id,
        digest=_digest(event),
        workflow_name=event.place.workflow,
        workflow_instance=event.place.instance,
        workflow_step=event.place.step,
        workflow_requester=event.place.requester,
        workflow_purpose=event.place.purpose,
        data=event.data,
    )


def _event(stored: StoredEvent) -> Event:
    place = Place(
        stored.workflow_name,
        stored.workflow_instance,
        stored.workflow_step,
        stored.workflow_requester,
        stored.workflow_purpose,
    )
    return Event(
        event_id=stored.event_id,
        source=stored.source,
        id=stored.id,
        type=EventType(stored.type),
        subject=stored.subject,
        happened_at=stored.happened_at,
        received_at=stored.received_at,
        principal_id=stored.principal_id,
        place=place,
        data=stored.data,
    )
