"""What the gate is asked about when a person decides on a recommendation, and the decision that only it can make."""

from collections.abc import Mapping
from dataclasses import InitVar, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from service.gate import seal as sealed
from service.gate.question import Undecided, entity, known
from service.gate.verdict import Verdict


class DecisionKind(StrEnum):
    """What a person may do with a recommendation. An accept is an approval, a dismissal is not."""

    ACCEPT = "accept"
    DISMISS = "dismiss"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommended:
    """A recommendation as it was signed: what is decided on are its own terms, not those of a later workflow file."""

    jti: str
    workflow: str
    workflow_version: int
    instance: str
    step: str
    subject: str
    task: str
    action: str
    params: Mapping[str, Any]
    approver_role: str
    excluded: tuple[str, ...]
    approvals: int
    model_name: str
    model_version: str
    policy_version: str
    issued_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionCase:
    """One person's decision, and how the recommendation stands: who accepted it before, and whether it still stands.

    ``decided``: it was dismissed, or accepted by as many as it takes.
    """

    recommended: Recommended
    kind: DecisionKind
    principal: str
    api_role: str
    accepted_by: frozenset[str]
    decided: bool
    withdrawn: bool
    task_stopped: bool
    workflow_stopped: bool


@dataclass(frozen=True, slots=True)
class DecisionFacts:
    """All that Cedar is told of a decision."""

    workflow: str
    step: str
    kind: DecisionKind
    action: str
    person: str
    api_role: str
    required_role: str
    excluded: frozenset[str]
    accepted_by: frozenset[str]
    expired: bool
    withdrawn: bool
    decided: bool
    task_stopped: bool
    workflow_stopped: bool

    @classmethod
    def of(cls, case: DecisionCase, now: datetime) -> "DecisionFacts":
        """The facts of this decision, taken at ``now``."""
        about = case.recommended
        return cls(
            workflow=about.workflow,
            step=about.step,
            kind=case.kind,
            action=about.action,
            person=case.principal,
            api_role=case.api_role,
            required_role=about.approver_role,
            excluded=frozenset(about.excluded),
            accepted_by=case.accepted_by,
            expired=now >= about.expires_at,
            withdrawn=case.withdrawn,
            decided=case.decided,
            task_stopped=case.task_stopped,
            workflow_stopped=case.workflow_stopped,
        )

    def request(self) -> dict[str, Any]:
        """The Cedar request: somebody in a role decides on an action that was recommended in the step."""
        context = {
            "recommended": self.action,
            "person": self.person or None,
            "required_role": self.required_role,
            "excluded": sorted(self.excluded),
            "accepted_by": sorted(self.accepted_by),
            "expired": self.expired,
            "withdrawn": self.withdrawn,
            "decided": self.decided,
            "task_stopped": self.task_stopped,
            "workflow_stopped": self.workflow_stopped,
        }
        return {
            "principal": entity("ApiRole", self.api_role),
            "action": entity("Action", self.kind),
            "resource": entity("Step", f"{self.workflow}/{self.step}"),
            "context": known(context),
        }

    def undecided(self) -> Undecided:
        """No policy lets this role decide."""
        return Undecided("may_not_decide", f"Nobody as {self.api_role} may {self.kind} what was recommended here.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision that the gate permitted. Only the gate makes one: its constructor refuses everybody else.

    ``accepted_by``: all who have accepted so far. ``final``: no more approvals are needed, or it was dismissed.
    """

    jti: str
    recommended: Recommended
    kind: DecisionKind
    principal: str
    accepted_by: frozenset[str]
    final: bool
    verdict: Verdict
    decided_at: datetime
    expires_at: datetime
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        sealed.require(seal, "a decision; hand it a DecisionCase")
        if not self.verdict.permitted:
            raise TypeError("a decision that was withheld")
