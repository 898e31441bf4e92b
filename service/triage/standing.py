"""Does a recommendation still stand? One status, the first that holds, and why."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from service.gate.decision import DecisionKind
from service.store.decisions import Standing


class Status(StrEnum):
    """How a recommendation stands. Only an accepted one may be acted on."""

    STANDING = "standing"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"


GOOD = frozenset({Status.STANDING, Status.ACCEPTED})
"""It may still be decided on, or acted on."""


@dataclass(frozen=True)
class Found:
    """A status, and why it is that one."""

    status: Status
    why: str


def found(standing: Standing, now: datetime) -> Found:
    """The status at ``now``. A kill switch stops what would otherwise stand or be accepted."""
    without_switches = _decided(standing, now)
    if without_switches.status in GOOD and (why := _stopped(standing)):
        return Found(Status.STOPPED, why)
    return without_switches


def _decided(standing: Standing, now: datetime) -> Found:
    final = standing.final
    if standing.withdrawn_at is not None:
        return Found(Status.WITHDRAWN, "It was withdrawn.")
    if final is not None and final.kind is DecisionKind.DISMISS:
        return Found(Status.DISMISSED, "It was dismissed.")
    if final is not None and now < final.expires_at:
        return Found(Status.ACCEPTED, "As many have accepted it as it takes; it may be acted on until that expires.")
    if final is not None:
        return Found(Status.EXPIRED, "It was accepted, and the time to act on it is over.")
    if now >= standing.recommended.expires_at:
        return Found(Status.EXPIRED, "Its time is over; ask again.")
    wanted = standing.recommended.approvals
    return Found(Status.STANDING, f"{len(standing.accepted_by)} of {wanted} have accepted it.")


def _stopped(standing: Standing) -> str | None:
    if standing.task_stopped:
        return f"The task {standing.recommended.task} was stopped by a kill switch."
    if standing.workflow_stopped:
        return f"The workflow {standing.recommended.workflow} was stopped by a kill switch."
    return None
