"""The inbox as HTTP shows it: exceptions in their order, and how many of them are for today."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from models.cause import CauseKind
from service.gate.reader import Reader
from service.gate.released import Showing
from service.inbox.looking import Line, Page
from service.inbox.states import Status
from service.store.inbox_queries import Group, Item


class Shown(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(extra="forbid")


class CauseShown(Shown):
    """What its troubles have in common. ``key`` is null where the reader's api_role may not see who the client is."""

    kind: CauseKind
    key: str | None = Field(description="id of what the cause lies with, such as the project; a failure's name")
    split_off: bool = Field(description="it is one trouble that somebody split off")


class RankShown(Shown):
    """Why it stands where it stands: ``score`` is ``money`` times ``urgency`` times ``confidence`` (docs/inbox.md)."""

    score: float
    money: float = Field(description="at risk, in the reporting currency, with what is assumed where it is unknown")
    urgency: float = Field(ge=0, le=1)
    confidence: float = Field(ge=0, le=1)
    place: int | None = Field(description="its place in the reader's queue; null where nothing waits for the reader")


class ExceptionShown(Shown):
    """One exception. All figures are of the troubles that the reader's api_role reads."""

    exception_id: UUID
    status: Status
    version: int = Field(description="to be sent with a decision on it")
    cause: CauseShown
    band: str
    probability: float | None = Field(description="the highest of its troubles")
    troubles: int
    tasks: list[str]
    workflows: list[str]
    client_id: str | None = Field(description="where all of it is one client's")
    amount: float | None = Field(description="known money at risk; deferred money weighs as the settings say")
    money_unknown: int = Field(description="of how many troubles the money is unknown or not shown")
    deadline: dt.datetime | None = Field(description="the next point of no return")
    rank: RankShown
    above_line: bool = Field(description="it is for the reader to look at today")
    owner_role: str | None
    assignee: str | None = Field(description="null for readers who decide on none")
    opened_at: dt.datetime
    updated_at: dt.datetime
    raised_at: dt.datetime
    times_raised: int
    snoozed_until: dt.datetime | None


class LineShown(Shown):
    """How many exceptions the reader can take on in a day of UTC, and how many are above the line now."""

    capacity: int
    decided_today: int
    above: int


class GroupShown(Shown):
    """The exceptions of one client; null are those of no or several clients, or whose client is not shown."""

    client_id: str | None
    exceptions: int
    amount: float | None
    score: float
    exception_ids: list[UUID]


class InboxShown(Shown):
    """A page of the inbox, the highest score first. The order moves with time: ``as_of`` is when it was looked at."""

    as_of: dt.datetime
    currency: str | None = Field(description="the reporting currency; null where the records name none")
    line: LineShown
    total: int
    exceptions: list[ExceptionShown]
    groups: list[GroupShown] | None
    next_offset: int | None


def page_shown(page: Page, *, limit: int, offset: int, decides: bool, clients: bool) -> Showing:
    """The page for a reader, who is one of those who decide or is not."""

    def showing(_reader: Reader) -> Mapping[str, Any]:
        total = page.items[0].total if page.items else 0
        following = offset + limit if offset + len(page.items) < total else None
        return {
            "as_of": page.as_of,
            "currency": page.currency,
            "line": line_shown(page.line),
            "total": total,
            "exceptions": [item_shown(each, page.line, decides=decides, clients=clients) for each in page.items],
            "groups": None if page.groups is None else [_group(each) for each in page.groups],
            "next_offset": following,
        }

    return showing


def item_shown(item: Item, line: Line, *, decides: bool, clients: bool) -> dict[str, Any]:
    """One exception; ``clients``: the reader may see who a client is."""
    hidden = item.cause_kind == CauseKind.CLIENT and not clients
    return {
        "exception_id": item.exception_id,
        "status": item.status,
        "version": item.version,
        "cause": {
            "kind": item.cause_kind,
            "key": None if hidden else item.cause_key,
            "split_off": bool(item.part),
        },
        "band": item.band,
        "probability": item.probability,
        "troubles": item.troubles,
        "tasks": item.tasks,
        "workflows": item.workflows,
        "client_id": item.client_id,
        "amount": item.amount,
        "money_unknown": item.unpriced,
        "deadline": item.deadline,
        "rank": {
            "score": item.score,
            "money": item.money,
            "urgency": item.urgency,
            "confidence": item.confidence,
            "place": item.place,
        },
        "above_line": item.place is not None and item.place <= line.above,
        "owner_role": item.owner_role,
        "assignee": item.assignee if decides else None,
        "opened_at": item.opened_at,
        "updated_at": item.updated_at,
        "raised_at": item.raised_at,
        "times_raised": item.times_raised,
        "snoozed_until": item.snoozed_until,
    }


def line_shown(line: Line) -> dict[str, Any]:
    """How much of it is for today."""
    return {"capacity": line.capacity, "decided_today": line.decided_today, "above": line.above}


def _group(group: Group) -> dict[str, Any]:
    return dict(vars(group))
