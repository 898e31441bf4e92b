"""What was found of an approval as the inbox keeps it, without what people wrote; and the values read back.

Erasure reaches an id in a document where it is a whole value. So of evidence that is a person no phrase is kept, and of
a note, in which anybody may be named, only that there is one: its words are in the records.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.approval_summary.evidence import OF_PERSONS, Evidence
from models.approval_summary.missing import Missing
from models.sensitivity import Sensitivity
from models.text_flags import TextFlag
from service.inbox.documents import APPROVAL, KeptRecommendation, judged, kept_recommendations
from service.triage.summarised import Summarised

WRITTEN = "note"


@dataclass(frozen=True)
class KeptApproval:
    """An approval read back: what it takes to tell any reader of it."""

    evidence: Sequence[Evidence]
    missing: Sequence[Missing]
    may_decide: Sequence[str]
    flags: Sequence[TextFlag]
    model: Mapping[str, str]
    policy_version: str
    recommendations: list[KeptRecommendation]
    withheld: list[dict[str, str]]


def approval_document(answer: Summarised, tokens: Mapping[str, str]) -> dict[str, Any]:
    """The approval with all that it takes to show it to any reader; ``tokens`` by ``jti``, apart from the rest."""
    said, model = answer.said, answer.call.model
    return {
        "kind": APPROVAL,
        "model": {"name": model.name, "version": model.version},
        "policy_version": answer.policy_version,
        "evidence": [_item(each) for each in said.evidence],
        "missing": [{"evidence": each.evidence, "text": each.text, "cites": list(each.cites)} for each in said.missing],
        "may_decide": list(said.may_decide),
        "flags": list(answer.told.flags),
        **judged(answer.recommendations, answer.withheld, tokens),
    }


def kept_approval(document: Mapping[str, Any]) -> KeptApproval:
    """The approval that `approval_document` has put away."""
    return KeptApproval(
        evidence=[
            Evidence(**{**each, "needs": frozenset(map(Sensitivity, each["needs"]))}) for each in document["evidence"]
        ],
        missing=[Missing(**each) for each in document["missing"]],
        may_decide=document["may_decide"],
        flags=[TextFlag(each) for each in document["flags"]],
        model=document["model"],
        policy_version=document["policy_version"],
        recommendations=kept_recommendations(document),
        withheld=document["withheld"],
    )


def _item(item: Evidence) -> dict[str, Any]:
    return {
        "id": item.id,
        "kind": item.kind,
        "value": None if item.kind == WRITTEN else item.value,
        "unit": item.unit,
        "source": item.source,
        "slots": {} if item.kind in OF_PERSONS else dict(item.slots),
        "needs": sorted(item.needs),
    }
