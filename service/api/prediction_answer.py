"""An answer as HTTP shows it: the models are the documentation, `showing` makes the values."""

import datetime as dt
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from models.scorers import Kind
from models.task import Task
from service.gate.reader import Reader
from service.gate.redaction import Redaction
from service.gate.released import Showing
from service.inbox.documents import Kept
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
    """Between which amounts it is expected to lie, 8 times in 10, and the amount in the middle; in the task's unit.

    Null in its place: the task expects no amount, or the caller's api_role may not see it.
    """

    p10: float
    p50: float
    p90: float


class MoneyShown(_Shown):
    """Money at risk, in expectation; null where no rate is known, or where the caller's api_role may not see it."""

    expected_loss: float | None
    deferred_amount: float | None
    currency: str | None


class ReasonShown(_Shown):
    """One driver. ``effect`` is its part of ``log_odds``.

    Of a field that the caller's api_role may not see, ``field`` is the kind (rate, margin, personal_time or client),
    ``value`` is null and ``text`` names the kind; all such fields of a kind are one reason.
    """

    field: str
    value: float | int | str | None
    effect: float
    text: str


class ChangeShown(_Shown):
    """One field of a change that brings the band down, and the probability after the whole change.

    Of a field that the caller's api_role may not see, ``field`` is its kind, and ``from`` and ``to`` are null. ``to``
    is null, too, where it was worked out from such a field.
    """

    field: str
    from_: float | int | None = Field(alias="from")
    to: float | int | None
    probability: float | None


class RequiresShown(_Shown):
    """Who must approve, and which principals may not."""

    approver_role: str
    approvals: int = Field(description="how many different principals must accept")
    not_: list[str] = Field(alias="not")


class RecommendationShown(_Shown):
    """An action that may be recommended here, and the token that proves it.

    Parameters that the caller's api_role may not see are null, and "(not shown)" in ``text``; ``token`` is null then,
    since everybody can read what is in it.
    """

    jti: str
    action: str
    params: dict[str, Any]
    text: str
    requires: RequiresShown
    expires_at: dt.datetime
    token: str | None


class WithheldShown(_Shown):
    """An action that may not be recommended, and why."""

    action: str
    code: str
    reason: str


class SaidShown(_Shown):
    """What a predictor says of a subject. ``base`` and the effects of ``reasons`` add up to ``log_odds``."""

    probability: float | None = Field(ge=0, le=1)
    log_odds: float
    band: str
    expected: ExpectedShown | None
    money_at_risk: MoneyShown
    base: float | None
    reasons: list[ReasonShown]
    turns_green: list[ChangeShown]


class PredictionShown(SaidShown):
    """What is said of one subject, and what may be recommended about it."""

    subject_id: str
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


def showing(task: Task, answer: Answer, tokens: Mapping[str, str]) -> Showing:
    """The answer in plain values; ``tokens`` holds the signed token of each recommendation by ``jti``."""
    return partial(_document, task, answer, tokens)


def _document(task: Task, answer: Answer, tokens: Mapping[str, str], reader: Reader) -> dict[str, Any]:
    redaction: Callable[..., Redaction] = cache(partial(Redaction, task))
    return {
        "answer_id": answer.answer_id,
        "as_of": answer.as_of,
        "model": {"name": answer.call.model.name, "version": answer.call.model.version, "kind": answer.kind},
        "policy": {"version": answer.policy_version},
        "predictions": [
            _prediction(
                prediction,
                tokens,
                redaction(reader.sees_of(task.person_of(prediction.subject_id, prediction.snapshot))),
            )
            for prediction in answer.predictions
        ],
        "nothing_to_predict": list(answer.nothing_to_predict),
    }


def _prediction(prediction: Prediction, tokens: Mapping[str, str], shown: Redaction) -> dict[str, Any]:
    return {
        "subject_id": prediction.subject_id,
        **said_shown(prediction, shown),
        "recommendations": [shown.recommendation(said, tokens[said.jti]) for said in prediction.recommendations],
        "withheld": [shown.withheld(said) for said in prediction.withheld],
    }


def said_shown(said: Prediction | Kept, shown: Redaction) -> dict[str, Any]:
    """What a predictor says of a subject, now or when it was kept, as far as it may be told: `SaidShown`."""
    return {
        "probability": said.probability,
        "log_odds": said.log_odds,
        "band": said.band,
        "expected": shown.expected(said.expected),
        "money_at_risk": shown.money(said.money),
        "base": said.base,
        "reasons": shown.reasons(said.reasons, said.snapshot),
        "turns_green": shown.turns_green(said.turns_green, said.snapshot),
    }
