"""What the gate is asked about, and the facts of it that policies see."""

from dataclasses import dataclass
from math import isfinite
from typing import Any

from models.actions import Proposal
from models.money import MoneyAtRisk, minor_units
from service.gate.grid import basis_points, up_to_two_digits


@dataclass(frozen=True, slots=True)
class ModelStanding:
    """The model that answered, and what is on record about it. Principals are ids; None is unknown."""

    name: str
    version: str
    promoted: bool
    calibrated: bool
    trainer: str | None
    promoter: str | None


@dataclass(frozen=True, slots=True)
class Call:
    """What all cases of one call share.

    ``requester`` is the principal for whom the engine asks, or None where it is unknown. ``purpose_recorded``: the
    named record that a person-level task needs before it may be used on people exists.
    """

    workflow: str
    instance: str
    step: str
    requester: str | None
    task: str
    person_level: bool
    purpose_recorded: bool
    model: ModelStanding


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


@dataclass(frozen=True, slots=True)
class Facts:
    """All that Cedar is told of a case, and so the key under which its decision is remembered.

    ``probability``: basis points in whole percents, rounded down. ``amount``: minor units of ``currency``, rounded up
    to two significant digits. None is unknown and absent from the request.
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
    promoted: bool
    calibrated: bool
    trainer: str | None
    promoter: str | None

    @classmethod
    def of(cls, case: Case) -> "Facts":
        """The facts of this case, its numbers on the grid."""
        call, model, stake = case.call, case.call.model, case.money.at_stake
        amount = None
        if stake is not None and case.money.currency is not None:
            amount = up_to_two_digits(minor_units(stake, case.money.currency))
        return cls(
            task=call.task,
            workflow=call.workflow,
            step=call.step,
            action=case.proposal.action,
            probability=None if case.probability is None else basis_points(case.probability),
            amount=amount,
            currency=case.money.currency,
            requester=call.requester or None,
            person_level=call.person_level,
            purpose_recorded=call.purpose_recorded,
            promoted=model.promoted,
            calibrated=model.calibrated,
            trainer=model.trainer or None,
            promoter=model.promoter or None,
        )

    def request(self) -> dict[str, Any]:
        """The Cedar request: the task wants the action in the step."""
        model = {
            "promoted": self.promoted,
            "calibrated": self.calibrated,
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
            "model": _known(model),
        }
        return {
            "principal": {"type": "Task", "id": self.task},
            "action": {"type": "Action", "id": self.action},
            "resource": {"type": "Step", "id": f"{self.workflow}/{self.step}"},
            "context": _known(context),
        }


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
