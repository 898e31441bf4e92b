"""What the gate is asked about when a task proposes an action, and the facts of it that policies see."""

from dataclasses import dataclass
from datetime import timedelta
from math import isfinite
from typing import Any, NamedTuple

from models.actions import Proposal
from models.money import MoneyAtRisk
from service.gate.question import Undecided, entity, known

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ModelStanding:
    """The model that answered, and what is on record about it. Principals are ids; None is unknown.

    ``drifted``: its inputs or its calibration were found to have moved since it was promoted.
    """

    name: str
    version: str
    promoted: bool
    calibrated: bool
    drifted: bool
    trainer: str | None
    promoter: str | None


@dataclass(frozen=True, slots=True)
class Call:
    """What all cases of one call share.

    ``requester`` is the principal for whom the engine asks, or None where it is unknown. ``purpose_recorded``: the
    named record that a person-level task needs before it may be used on people exists and covers this workflow.
    ``stated_purpose`` is what the engine says it asks for, None where it says nothing. ``records_age``: how far before
    ``as_of`` the records end; None where the caller handed the snapshots over and answers for them. ``suspicious``: it
    is about a text that somebody may have written to steer whoever reads it (`models.text_flags`).
    """

    workflow: str
    instance: str
    step: str
    requester: str | None
    task: str
    person_level: bool
    purpose_recorded: bool
    stated_purpose: str | None
    records_age: timedelta | None
    task_stopped: bool
    workflow_stopped: bool
    model: ModelStanding
    suspicious: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One proposal about one subject. ``probability`` is None where the predictor gives a score without one."""

    call: Call
    subject: str
    proposal: Proposal
    probability: float | None
    money: MoneyAtRisk

    def __post_init__(self) -> None:
        if self.probability is not None and not (isfinite(self.probability) and 0 <= self.probability <= 1):
            raise ValueError(f"probability is {self.probability}; expected 0 to 1, or None where there is none")


class Numbers(NamedTuple):
    """What differs between the cases of one call, on the grid.

    ``probability``: basis points, rounded down. ``amount``: minor units of ``currency``, rounded up. ``alerts_left``:
    how many more alerts the tightest budget allows, this one included; None where no budget applies.
    ``alerts_countable``: whom it is about is known, as far as budgets ask. None is unknown.
    """

    action: str
    probability: int | None
    amount: int | None
    currency: str | None
    alerts_left: int | None
    alerts_countable: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """All that Cedar is told of a case, and so the key under which its decision is remembered.

    ``records_age``: hours, rounded up. None is unknown and absent from the request. For the others see `Numbers`.
    """

    task: str
    workflow: str
    step: str
    action: str
    probability: int | None
    amount: int | None
    currency: str | None
    requester: str | None
    person_level: bool
    purpose_recorded: bool
    stated_purpose: str | None
    records_age: int | None
    alerts_left: int | None
    alerts_countable: bool
    task_stopped: bool
    workflow_stopped: bool
    promoted: bool
    calibrated: bool
    drifted: bool
    trainer: str | None
    promoter: str | None
    suspicious: bool

    @classmethod
    def of(cls, call: Call, numbers: Numbers) -> "Facts":
        """The facts of a case of this call."""
        model = call.model
        return cls(
            **numbers._asdict(),
            task=call.task,
            workflow=call.workflow,
            step=call.step,
            requester=call.requester or None,
            person_level=call.person_level,
            purpose_recorded=call.purpose_recorded,
            stated_purpose=call.stated_purpose or None,
            records_age=None if call.records_age is None else max(0, -(-call.records_age // _HOUR)),
            task_stopped=call.task_stopped,
            workflow_stopped=call.workflow_stopped,
            promoted=model.promoted,
            calibrated=model.calibrated,
            drifted=model.drifted,
            trainer=model.trainer or None,
            promoter=model.promoter or None,
            suspicious=call.suspicious,
        )

    def request(self) -> dict[str, Any]:
        """The Cedar request: the task wants the action in the step."""
        model = {
            "promoted": self.promoted,
            "calibrated": self.calibrated,
            "drifted": self.drifted,
            "trainer": self.trainer,
            "promoter": self.promoter,
        }
        context = {
            "action": self.action,
            "probability": self.probability,
            "amount": self.amount,
            "currency": self.currency,
            "requester": self.requester,
            "person_level": self.person_level,
            "purpose_recorded": self.purpose_recorded,
            "stated_purpose": self.stated_purpose,
            "records_age": self.records_age,
            "alerts_left": self.alerts_left,
            "alerts_countable": self.alerts_countable,
            "task_stopped": self.task_stopped,
            "workflow_stopped": self.workflow_stopped,
            "suspicious": self.suspicious,
            "model": known(model),
        }
        return {
            "principal": entity("Task", self.task),
            "action": entity("Action", self.action),
            "resource": entity("Step", f"{self.workflow}/{self.step}"),
            "context": known(context),
        }

    def undecided(self) -> Undecided:
        """No policy permits what the workflow does not list."""
        return Undecided(
            "not_allowed_in_step",
            f"Workflow {self.workflow!r} allows no {self.action!r} by task {self.task!r} in step {self.step!r}.",
        )
