"""What one event found about one subject, as the inbox takes it in."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from models.cause import Cause
from models.money import MoneyAtRisk
from service.triage.desk import Place


@dataclass(frozen=True)
class Finding:
    """A subject is in trouble, or (not ``troubled``) it is no longer.

    ``task`` is a task of the catalog, ``approval_summary`` or ``failure``. ``amount`` is the money at risk in the
    reporting currency, null where no rate is known. ``deadline`` is the point of no return, after which nothing can be
    turned any more. ``confidence`` (0..1) is how far the probability can be believed. ``document`` is what was said,
    unredacted: it is shown only through the gate. ``summary`` are a failure's sentences, each ``{"text", "cites"}``; of
    what a task found there are none, they are worded for each reader. ``owner_role`` is the approver_role that answers
    for the step. ``why`` is why a subject is no longer in trouble.
    """

    task: str
    subject_id: str
    place: Place
    cause: Cause
    project_id: str | None
    client_id: str | None
    person_id: str | None
    troubled: bool
    probability: float | None
    band: str
    money: MoneyAtRisk
    amount: float | None
    confidence: float
    deadline: dt.datetime | None
    answer_id: UUID | None
    event_id: UUID | None
    as_of: dt.datetime
    document: Mapping[str, Any]
    summary: Sequence[Mapping[str, Any]]
    owner_role: str | None = None
    why: str | None = None


class Change(StrEnum):
    """What became of an exception."""

    OPENED = "opened"
    MERGED = "merged"
    RAISED = "raised"
    RESOLVED = "resolved"
    DECIDED = "decided"


@dataclass(frozen=True)
class Changed:
    """An exception that was opened, updated (merged), raised again, resolved or decided on; its version is now that."""

    exception_id: UUID
    change: Change
    version: int
