"""The states of an exception, what people may do in each, and when it is raised again."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from service.gate.triage import TriageKind
from service.store.exceptions import StoredException, Totals
from service.triage_settings import TriageSettings


class Status(StrEnum):
    """How an exception stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    SNOOZED = "snoozed"
    DISMISSED = "dismissed"
    CONTESTED = "contested"
    RESOLVED = "resolved"


WAITING = frozenset({Status.OPEN, Status.CONTESTED})
"""Somebody has still to look at it."""

SETTLED = frozenset({Status.ACCEPTED, Status.SNOOZED, Status.DISMISSED})
"""Somebody has decided on it: it comes back only when it got worse, or its snooze has run out."""

ORDER: Mapping[str, int] = {"low": 0, "medium": 1, "high": 2}


ALLOWED: Mapping[TriageKind, frozenset[Status]] = {
    TriageKind.ACCEPT: WAITING | {Status.SNOOZED},
    TriageKind.DISMISS: WAITING | {Status.SNOOZED, Status.ACCEPTED},
    TriageKind.SNOOZE: WAITING | {Status.SNOOZED},
    TriageKind.REASSIGN: WAITING | SETTLED,
    TriageKind.CONTEST: frozenset({Status.OPEN}) | SETTLED,
    TriageKind.SPLIT: WAITING | SETTLED,
    TriageKind.MERGE_BACK: WAITING | SETTLED,
    TriageKind.REOPEN: SETTLED | {Status.CONTESTED},
}
"""In which states each may be done."""

BECOMES: Mapping[TriageKind, Status] = {
    TriageKind.ACCEPT: Status.ACCEPTED,
    TriageKind.DISMISS: Status.DISMISSED,
    TriageKind.SNOOZE: Status.SNOOZED,
    TriageKind.CONTEST: Status.CONTESTED,
    TriageKind.REOPEN: Status.OPEN,
}
"""What it is afterwards; the others leave it as it was."""


def got_worse(stored: StoredException, now: Totals, triage: TriageSettings) -> bool:
    """Whether it is worse than what somebody decided on of what is still there.

    In a higher band; or in no lower one, with money `TriageSettings.worse_factor` times what it was then, and at least
    ``worse_least`` more.
    """
    band = stored.settled_band or "low"
    if ORDER[now.band] != ORDER[band]:
        return ORDER[now.band] > ORDER[band]
    then = stored.settled_amount or 0.0
    return now.weight >= then * triage.worse_factor and now.weight - then >= triage.worse_least


def ran_out(stored: StoredException, now: datetime) -> bool:
    """Whether it was put off until an instant that has come."""
    return stored.status == Status.SNOOZED and stored.snoozed_until is not None and stored.snoozed_until <= now


def raised(stored: StoredException, now: datetime) -> None:
    """Open it again: whoever decided did so on something else."""
    stored.status, stored.raised_at = Status.OPEN, now
    stored.times_raised += 1
    stored.snoozed_until = None
    unsettled(stored)


def unsettled(stored: StoredException) -> None:
    """Nothing of it is decided on any more."""
    stored.settled_amount = stored.settled_band = stored.settled_at = None


def settle_on(stored: StoredException, totals: Totals, now: datetime) -> None:
    """Keep how bad it is now, as what a later look is held against."""
    stored.settled_amount, stored.settled_band, stored.settled_at = totals.weight, totals.band, now


def left(stored: StoredException, weight: float, first_found_at: datetime) -> None:
    """A trouble is over: what was decided on is less by it, so that another one in its place is seen as new."""
    if stored.settled_at is not None and first_found_at <= stored.settled_at:
        stored.settled_amount = max(0.0, (stored.settled_amount or 0.0) - weight)


def came_back(stored: StoredException, weight: float, first_found_at: datetime, resolved_at: datetime) -> bool:
    """A trouble that was over is there again: whether it was decided on, and then it is part of that once more."""
    if stored.settled_at is None or not first_found_at <= stored.settled_at < resolved_at:
        return False
    stored.settled_amount = (stored.settled_amount or 0.0) + weight
    return True
