"""An answer as HTTP shows it: the models are the documentation, `document` makes the values."""

import datetime as dt
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from models.explanation import Change, Reason
from models.forecast import Expected
from models.money import MoneyAtRisk
from models.scorers import Kind
from service.gate.recommendation import Recommendation, Withheld
from service.triage.answering import Answer, Prediction


class _Shown(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ModelShown(_Shown):
    """The registered model that answered, and its kind.

    ``rule``: too little was learnt to beat the task's rule. ``unsupervised``: no outcomes are recorded; ``probability``
    is null, and ``log_odds`` holds a score of how unusual the subject is.
    """

    name: str
    version: str
    kind: Kind


class PolicyShown(_Shown):
    """The policies and workflows that judged."""

    version: str


class ExpectedShown(_Shown):
    """Between which amounts it is expected to lie, 8 times in 10, and the amount in the middle; in the task's unit."""

    p10: float
    p50: float
    p90: float


class MoneyShown(_Shown):
    """Money at risk, in expectation; null where no rate is known."""

    expected_loss: float | None
    deferred_amount: float | None
    currency: str | None


class ReasonShown(_Shown):
    """One driver. ``effect`` is its part of ``log_odds``."""

    field: str
    value: float | int | str | None
    effect: float
    text: str


class ChangeShown(_Shown):
    """One field of a change that brings the band down, and the probability after the whole change."""

    field: str
    from_: float | int | None = Field(alias="from")
    to: float | int
    probability: float | None


class RequiresShown(_Shown):
    """Who must approve, and which principals may not."""

    approver_role: str
    approvals: int = Field(description="how many different principals must accept")
    not_: list[str] = Field(alias="not")


class RecommendationShown(_Shown):
    """An action that may be recommended here, and the token that proves it."""

    jti: str
    action: str
    params: dict[str, Any]
    text: str
    requires: RequiresShown
    expires_at: dt.datetime
    token: str


class WithheldShown(_Shown):
    """An action that may not be recommended, and why."""

    action: str
    code: str
    reason: str


class PredictionShown(_Shown):
    """What is said of one subject. ``base`` and the effects of ``reasons`` add up to ``log_odds``."""

    subject_id: str
    probability: float | None = Field(ge=0, le=1)
    log_odds: float
    band: str
    expected: ExpectedShown | None
    money_at_risk: MoneyShown
    base: float | None
    reasons: list[ReasonShown]
    turns_green: list[ChangeShown]
    recommendations: list[RecommendationShown]
    withheld: list[WithheldShown]


class AnswerShown(_Shown):
    """The answer to one call. ``nothing_to_predict`` lists the subjects of whom nothing is expected at ``as_of``."""

    answer_id: str
    as_of: dt.datetime
    model: ModelShown
    policy: PolicyShown
    predictions: list[PredictionShown]
    nothing_to_predict: list[str]


def document(answer: Answer, tokens: dict[str, str]) -> dict[str, Any]:
    """The answer in plain values; ``tokens`` holds the signed token of each recommendation by ``jti``."""
    return {
        "answer_id": answer.answer_id,
        "as_of": answer.as_of,
        "model": {"name": answer.call.model.name, "version": answer.call.model.version, "kind": answer.kind},
        "policy": {"version": answer.policy_version},
        "predictions": [_prediction(prediction, tokens) for prediction in answer.predictions],
        "nothing_to_predict": list(answer.nothing_to_predict),
    }


def _prediction(prediction: Prediction, tokens: dict[str, str]) -> dict[str, Any]:
    return {
        "subject_id": prediction.subject_id,
        "probability": prediction.probability,
        "log_odds": prediction.log_odds,
        "band": prediction.band,
        "expected": expected_shown(prediction.expected),
        "money_at_risk": money_shown(prediction.money),
        "base": prediction.base,
        "reasons": [_reason(reason) for reason in prediction.reasons],
        "turns_green": [_change(change) for change in prediction.turns_green],
        "recommendations": [_recommendation(said, tokens[said.jti]) for said in prediction.recommendations],
        "withheld": [_withheld(said) for said in prediction.withheld],
    }


def expected_shown(expected: Expected | None) -> dict[str, float] | None:
    return None if expected is None else {"p10": expected.p10, "p50": expected.p50, "p90": expected.p90}


def money_shown(money: MoneyAtRisk) -> dict[str, Any]:
    return {
        "expected_loss": money.expected_loss,
        "deferred_amount": money.deferred_amount,
        "currency": money.currency,
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {"field": reason.field, "value": reason.value, "effect": reason.effect, "text": reason.text}


def _change(change: Change) -> dict[str, Any]:
    return {"field": change.field, "from": change.from_, "to": change.to, "probability": change.probability}


def _recommendation(said: Recommendation, token: str) -> dict[str, Any]:
    return {
        "jti": said.jti,
        "action": said.action,
        "params": said.params.model_dump(mode="json"),
        "text": said.text,
        "requires": {
            "approver_role": said.requires.approver_role,
            "approvals": said.requires.approvals,
            "not": list(said.requires.excluded),
        },
        "expires_at": said.expires_at,
        "token": token,
    }


def _withheld(said: Withheld) -> dict[str, Any]:
    return {"action": said.action, "code": said.verdict.codes[0], "reason": said.verdict.reason}
