"""A failure as an item of the inbox: what could not be looked at, and why."""

import datetime as dt

from models.cause import Cause, CauseKind
from models.money import MoneyAtRisk
from service.events.event import Event
from service.inbox.documents import FAILURE
from service.inbox.finding import Finding

TASK = FAILURE
OWNER = "pmo"


def failure(event: Event, code: str, why: str, now: dt.datetime, *, about: str | None = None) -> Finding:
    """That an event could not be dealt with.

    ``code`` names the kind of failure, such as ``no_champion``, and ``about`` what it lies with, such as the task: all
    events that fail for one code and thing are one item. ``why`` is a sentence for people, without a value of a row.
    """
    key = code if about is None else f"{code}/{about}"
    return Finding(
        task=TASK,
        subject_id=f"{key}/{event.type}",
        place=event.place,
        cause=Cause(CauseKind.FAILURE, key),
        project_id=None,
        client_id=None,
        person_id=None,
        troubled=True,
        probability=None,
        band="high",
        money=MoneyAtRisk(),
        amount=None,
        confidence=1.0,
        deadline=None,
        answer_id=None,
        event_id=event.event_id,
        as_of=now,
        document={"kind": FAILURE, "code": code, "about": about, "event_type": event.type},
        summary=({"text": why, "cites": [f"event {event.event_id}"]},),
        owner_role=OWNER,
    )


def mended(event: Event, code: str, now: dt.datetime, *, about: str | None = None) -> Finding:
    """That events of this type are dealt with again, where they had failed for this code."""
    broken = failure(event, code, "", now, about=about)
    return Finding(**{**vars(broken), "troubled": False, "document": {}, "summary": (), "why": "it works again"})
