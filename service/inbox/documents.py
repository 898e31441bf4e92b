"""What was said of one subject as the inbox keeps it, in plain values and unredacted; and the values read back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from models.action_params import Params
from models.actions import ACTIONS
from models.explanation import Change, Reason
from models.forecast import Expected
from models.money import MoneyAtRisk
from service.gate.recommendation import Recommendation, Withheld
from service.gate.redaction import withheld_shown
from service.triage.answering import Answer, Prediction

PREDICTION, APPROVAL, SOW, FAILURE = "prediction", "approval", "statement_of_work", "failure"


@dataclass(frozen=True)
class KeptRecommendation:
    """A recommendation as it was signed. ``token`` is None where a name in it was erased."""

    jti: str
    action: str
    params: Params
    template: str
    requires: Mapping[str, Any]
    expires_at: str
    token: str | None


@dataclass(frozen=True)
class Kept:
    """A prediction read back, as far as it is shown: the values that `service.gate.redaction` takes."""

    snapshot: Mapping[str, Any]
    probability: float | None
    log_odds: float
    band: str
    base: float | None
    expected: Expected | None
    money: MoneyAtRisk
    reasons: list[Reason]
    turns_green: list[Change]
    recommendations: list[KeptRecommendation]
    withheld: list[dict[str, str]]
    model: Mapping[str, str]
    policy_version: str


def document_of(answer: Answer, said: Prediction, tokens: Mapping[str, str]) -> dict[str, Any]:
    """The prediction with all that it takes to show it to any reader; ``tokens`` by ``jti``, apart from the rest."""
    model = answer.call.model
    return {
        "kind": PREDICTION,
        "model": {"name": model.name, "version": model.version, "kind": answer.kind},
        "policy_version": answer.policy_version,
        "snapshot": dict(said.snapshot),
        "probability": said.probability,
        "log_odds": said.log_odds,
        "band": said.band,
        "base": said.base,
        "expected": None if said.expected is None else asdict(said.expected),
        "money": asdict(said.money),
        "reasons": [asdict(each) for each in said.reasons],
        "turns_green": [asdict(each) for each in said.turns_green],
        **judged(said.recommendations, said.withheld, tokens),
    }


def judged(
    recommendations: Sequence[Recommendation], withheld: Sequence[Withheld], tokens: Mapping[str, str]
) -> dict[str, Any]:
    """What the gate let be recommended and what it withheld, as every document has it."""
    return {
        "recommendations": [
            {
                "jti": each.jti,
                "action": each.action,
                "params": each.params.model_dump(mode="json"),
                "template": each.template,
                "requires": each.requires.document(),
                "expires_at": each.expires_at.isoformat(),
            }
            for each in recommendations
        ],
        "withheld": [withheld_shown(each) for each in withheld],
        "tokens": {each.jti: tokens[each.jti] for each in recommendations},
    }


def kept(document: Mapping[str, Any]) -> Kept:
    """The prediction that `document_of` has put away."""
    return Kept(
        snapshot=document["snapshot"],
        probability=document["probability"],
        log_odds=document["log_odds"],
        band=document["band"],
        base=document["base"],
        expected=None if document["expected"] is None else Expected(**document["expected"]),
        money=MoneyAtRisk(**document["money"]),
        reasons=[Reason(**each) for each in document["reasons"]],
        turns_green=[Change(**each) for each in document["turns_green"]],
        recommendations=kept_recommendations(document),
        withheld=document["withheld"],
        model=document["model"],
        policy_version=document["policy_version"],
    )


def kept_recommendations(document: Mapping[str, Any]) -> list[KeptRecommendation]:
    """The recommendations that `judged` has put away."""
    return [_recommendation(each, document["tokens"]) for each in document["recommendations"]]


def _recommendation(each: Mapping[str, Any], tokens: Mapping[str, str]) -> KeptRecommendation:
    params = ACTIONS[each["action"]].params.model_validate_json(json.dumps(each["params"]))
    return KeptRecommendation(**{**each, "params": params, "token": tokens.get(each["jti"])})
