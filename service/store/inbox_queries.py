"""The inbox as one reader has it: only the troubles that they read, ranked by what those come to.

The formula, of the troubles of an exception that are not over and that the reader reads::

    score      = money x urgency x confidence
    money      = the sum of their money at risk in the reporting currency; `unknown_money` for each whose money nobody
                 knows, or this reader may not see
    urgency    = half_time_days / (half_time_days + days until the next point of no return): 1 at it, one half so many
                 days before it; `past_urgency` where all have passed, `unknown_days` where none is known
    confidence = how far their probabilities can be believed (`service.inbox.confidence`), weighed by money
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from service.store.inbox_reading import Eyes, Filters
from service.store.inbox_sql import groups_query, page_query
from service.triage_settings import TriageSettings


@dataclass(frozen=True)
class Item:
    """An exception as the reader has it. ``place`` is its place in their queue, None where it waits for nobody's
    decision or for somebody else's.

    ``amount`` is the money that is known, ``money`` what it is ranked by. ``total`` is how many were found in all.
    """

    exception_id: UUID
    status: str
    version: int
    cause_kind: str
    cause_key: str
    part: str
    owner_role: str | None
    assignee: str | None
    opened_at: datetime
    updated_at: datetime
    raised_at: datetime
    times_raised: int
    snoozed_until: datetime | None
    troubles: int
    unpriced: int
    amount: float | None
    band: str
    probability: float | None
    deadline: datetime | None
    tasks: list[str]
    workflows: list[str]
    client_id: str | None
    money: float
    urgency: float
    confidence: float
    score: float
    place: int | None
    total: int


@dataclass(frozen=True)
class Group:
    """What the exceptions of one client come to, or of no client or several (None), with the ids, best first."""

    client_id: str | None
    exceptions: int
    amount: float | None
    score: float
    exception_ids: list[UUID]


def listed(
    connection: Connection,
    eyes: Eyes,
    filters: Filters,
    triage: TriageSettings,
    *,
    limit: int,
    offset: int,
    now: datetime,
) -> list[Item]:
    """A page of the inbox, the highest score first."""
    given = _given(eyes, filters, triage, now) | {"limit": limit, "offset": offset}
    connection.execute(_ROOM)
    return [Item(**row) for row in connection.execute(text(page_query(eyes, filters)), given).mappings()]


def grouped(
    connection: Connection, eyes: Eyes, filters: Filters, triage: TriageSettings, *, most: int, now: datetime
) -> list[Group]:
    """The same exceptions by client, the highest sum of scores first."""
    given = _given(eyes, filters, triage, now) | {"limit": most}
    connection.execute(_ROOM)
    return [Group(**row) for row in connection.execute(text(groups_query(eyes, filters)), given).mappings()]


def _given(eyes: Eyes, filters: Filters, triage: TriageSettings, now: datetime) -> dict[str, Any]:
    sight = eyes.sight
    return {
        "now": now,
        "statuses": list(filters.statuses),
        "id": filters.exception_id,
        "workflows": _list(sight.workflows),
        "own": sight.own,
        "moneyless": _list(eyes.moneyless),
        "clients": eyes.clients,
        "silent": sorted(f"{task}/{workflow}" for task, workflow in eyes.silent),
        "reader": eyes.principal_id,
        "owner_roles": _list(eyes.owner_roles),
        "workflow": filters.workflow,
        "owner_role": filters.owner_role,
        "cause_kind": filters.cause_kind,
        "cause_key": filters.cause_key,
        "band": filters.band,
        "search": None if filters.search is None else f"%{_escaped(filters.search)}%",
        "unknown_money": triage.unknown_money,
        "unknown_days": triage.unknown_days,
        "half_time": triage.half_time_days,
        "past": triage.past_urgency,
    }


def _list(names: Collection[str] | None) -> list[str]:
    return sorted(names or ())


def _escaped(search: str) -> str:
    return search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


_ROOM = text("SET LOCAL work_mem = '64MB'")
"""Ranking sorts all that waits: in memory, for the time of the query."""
