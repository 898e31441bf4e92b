"""What the gate is asked when a person decides on an exception of the inbox, and which exceptions somebody reads."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from service.gate.question import Undecided, entity, known

EVERY_WORKFLOW = "*"


class TriageKind(StrEnum):
    """What a person may do with an exception. None of it approves what is recommended."""

    ACCEPT = "accept"
    DISMISS = "dismiss"
    SNOOZE = "snooze"
    REASSIGN = "reassign"
    CONTEST = "contest"
    SPLIT = "split"
    MERGE_BACK = "merge_back"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True)
class InboxSight:
    """Which exceptions somebody reads: those of these workflows (None: of all), failures, and what is about themselves.

    ``own`` is the reader's id where they read what is about them, else None.
    """

    workflows: frozenset[str] | None
    failures: bool
    own: str | None

    @property
    def nothing(self) -> bool:
        """Whether there is none that they could read."""
        return self.workflows == frozenset() and not self.failures and self.own is None


@dataclass(frozen=True, slots=True)
class TriageFacts:
    """All that Cedar is told of somebody's decision on an exception.

    ``requesters``: who asked for what is in trouble. ``scored``: the persons whom it is about. ``contested_by``: who
    has contested it, while it is contested. ``reads_all``: none of its troubles is hidden from the person.
    """

    kind: TriageKind
    cause_kind: str
    person: str
    api_role: str
    requesters: frozenset[str]
    scored: frozenset[str]
    contested_by: frozenset[str]
    reads_all: bool
    task_stopped: bool
    workflow_stopped: bool

    @property
    def workflow(self) -> str | None:
        return None

    def request(self) -> dict[str, Any]:
        """The Cedar request: somebody in a role does this with an exception of such a cause."""
        context = {
            "kind": self.kind,
            "person": self.person or None,
            "requesters": sorted(self.requesters),
            "scored": sorted(self.scored),
            "contested_by": sorted(self.contested_by),
            "reads_all": self.reads_all,
            "task_stopped": self.task_stopped,
            "workflow_stopped": self.workflow_stopped,
        }
        return {
            "principal": entity("ApiRole", self.api_role),
            "action": entity("Action", f"{self.kind}_exception"),
            "resource": entity("Cause", self.cause_kind),
            "context": known(context),
        }

    def undecided(self) -> Undecided:
        """No policy lets this role do so."""
        return Undecided("may_not_triage", f"Nobody as {self.api_role} may {self.kind} such an exception.")
