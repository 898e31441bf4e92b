"""What may leave: a permitted proposal, which only the gate can make; and what a withheld one leaves behind."""

from dataclasses import InitVar, dataclass
from datetime import datetime
from typing import Any

from models.action_params import Params
from service.gate import seal as sealed
from service.gate.alerts import Counted
from service.gate.verdict import Verdict
from service.gate.workflow import ApproverRole


@dataclass(frozen=True, slots=True)
class Requires:
    """Who must approve before anything is done: so many different people in this role, and none of these principals."""

    approver_role: ApproverRole
    excluded: tuple[str, ...]
    approvals: int

    def document(self) -> dict[str, Any]:
        """As answers, tokens and the store have it."""
        return {
            "approver_role": str(self.approver_role), "approvals": self.approvals, "not": list(self.excluded),
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """A permitted proposal. Only the gate makes one: its constructor refuses everybody else.

    ``template`` is the workflow's wording, with parameters in braces; ``counted`` are the budgets that it takes from.
    """

    jti: str
    workflow: str
    workflow_version: int
    instance: str
    step: str
    subject: str
    task: str
    action: str
    params: Params
    template: str
    requires: Requires
    counted: tuple[Counted, ...]
    model_name: str
    model_version: str
    verdict: Verdict
    issued_at: datetime
    expires_at: datetime
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        sealed.require(seal, "a recommendation; hand it a Case")
        if not self.verdict.permitted:
            raise TypeError("a recommendation of a proposal that was withheld")

    @property
    def text(self) -> str:
        """The workflow's words for what is asked for."""
        return worded(self.template, dict(self.params))


@dataclass(frozen=True, slots=True)
class Withheld:
    """A proposal that may not leave, and the verdict that says why."""

    subject: str
    action: str
    verdict: Verdict


def worded(template: str, values: dict[str, object]) -> str:
    """The wording with the values in it."""
    return template.format(**{name: _said(value) for name, value in values.items()})


def _said(value: object) -> object:
    match value:
        case float():
            return f"{value:g}"
        case tuple():
            return ", ".join(map(str, value))
        case _:
            return value
