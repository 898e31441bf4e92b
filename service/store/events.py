"""Events as rows: taken in once by ``(source, id)``, read, and settled with what came of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic_core import to_json
from sqlalchemy import Connection, select, text, update
from sqlalchemy.dialects.postgresql import insert

from service.store.inbox_tables import event_exceptions, events
from service.store.tables import answers


class EventStatus(StrEnum):
    """How far an event is. *Done* has exceptions or says why there is none; *failed* says why nobody could look."""

    ACCEPTED = "accepted"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class StoredEvent:
    """A row of ``events``. ``digest`` tells another content under the same ``(source, id)``."""

    event_id: UUID
    source: str
    id: str
    type: str
    subject: str | None
    happened_at: datetime | None
    received_at: datetime
    principal_id: str
    digest: str
    workflow_name: str
    workflow_instance: str
    workflow_step: str
    workflow_requester: str | None
    workflow_purpose: str | None
    data: Mapping[str, Any]
    status: EventStatus = EventStatus.ACCEPTED
    why: str | None = None
    settled_at: datetime | None = None


@dataclass(frozen=True)
class Kept:
    """Under which id an event is kept, the digest that it was kept with, and whether that is ``new``."""

    event_id: UUID
    digest: str
    new: bool


@dataclass(frozen=True)
class CameOfIt:
    """What came of an event: its answers, and each exception with how the event changed it first."""

    answers: Sequence[UUID]
    exceptions: Sequence[tuple[UUID, str]]


def keep_events(connection: Connection, given: Sequence[StoredEvent]) -> list[Kept]:
    """Keep those whose ``(source, id)`` is new, and say for each of ``given``, in order, what is kept under it now.

    No two of ``given`` may have the same identity. Of two calls that bring one event at once, the second waits here for
    the first one's transaction. Rows are written in one order, so that two such calls never wait for each other.
    """
    columns = {f"{name}s": [getattr(event, name) for event in given] for name in _COLUMNS}
    columns["datas"] = [to_json(event.data).decode() for event in given]
    new = set(connection.execute(_KEEP, columns).scalars())
    found = connection.execute(_FIND, {"sources": columns["sources"], "ids": columns["ids"]})
    kept = {(row.source, row.id): Kept(row.event_id, row.digest, row.event_id in new) for row in found}
    return [kept[event.source, event.id] for event in given]


def stored_event(connection: Connection, event_id: UUID, *, lock: bool = False) -> StoredEvent | None:
    """The event, None where there is none; with ``lock`` nobody else settles it until the transaction ends."""
    query = select(events).where(events.c.event_id == event_id)
    row = connection.execute(query.with_for_update() if lock else query).mappings().first()
    return None if row is None else StoredEvent(**{**row, "status": EventStatus(row["status"])})


def settle_event(
    connection: Connection, event_id: UUID, status: EventStatus, why: str | None, *, now: datetime
) -> bool:
    """An accepted event is done or failed from now on, and ``why``. False where it was settled before; so it stays."""
    settled = (
        update(events)
        .where(events.c.event_id == event_id, events.c.status == EventStatus.ACCEPTED)
        .values(status=status, why=why, settled_at=now)
    )
    return connection.execute(settled).rowcount == 1


def note_exceptions(connection: Connection, event_id: UUID, changes: Iterable[tuple[UUID, str]]) -> None:
    """Note which exceptions an event changed, and how; of several changes of one exception the first is noted."""
    rows = [{"event_id": event_id, "exception_id": exception, "change": change} for exception, change in changes]
    if rows:
        connection.execute(insert(event_exceptions).on_conflict_do_nothing(), rows)


def came_of(connection: Connection, event_id: UUID) -> CameOfIt:
    """What came of the event so far."""
    given = select(answers.c.answer_id).where(answers.c.event_id == event_id).order_by(answers.c.task)
    changed = (
        select(event_exceptions.c.exception_id, event_exceptions.c.change)
        .where(event_exceptions.c.event_id == event_id)
        .order_by(event_exceptions.c.exception_id)
    )
    return CameOfIt(
        answers=connection.execute(given).scalars().all(),
        exceptions=[(row.exception_id, row.change) for row in connection.execute(changed)],
    )


_COLUMNS = (
    "event_id", "source", "id", "type", "subject", "happened_at", "received_at", "principal_id", "digest",
    "workflow_name", "workflow_instance", "workflow_step", "workflow_requester", "workflow_purpose", "status",
)  # fmt: skip
_CASTS = {"event_id": "uuid", "happened_at": "timestamptz", "received_at": "timestamptz", "data": "jsonb"}
_NAMES = ", ".join((*_COLUMNS, "data"))
_ARRAYS = ", ".join(f"CAST(:{name}s AS {_CASTS.get(name, 'text')}[])" for name in (*_COLUMNS, "data"))
_KEEP = text(f"""
    INSERT INTO events ({_NAMES}) SELECT {_NAMES} FROM unnest({_ARRAYS}) AS given ({_NAMES})
    ORDER BY source, id ON CONFLICT (source, id) DO NOTHING RETURNING event_id
""")  # noqa: S608 - names of columns
_FIND = text("""
    SELECT source, id, event_id, digest FROM events
    JOIN unnest(CAST(:sources AS text[]), CAST(:ids AS text[])) AS given (source, id) USING (source, id)
""")
