"""What was understood of a statement of work as the inbox keeps it, unredacted; and the values read back.

Its quotes and names are words of the document, in which anybody may be named: erasure goes through them one by one
(`service.store.erasing_words`).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.sow.field_names import FieldName
from models.sow.lines import Found
from service.inbox.documents import SOW, KeptRecommendation, judged, kept_recommendations
from service.triage.sow_answer import SowAnswer

_Fields = Mapping[FieldName, Found | tuple[Found, ...] | None]


@dataclass(frozen=True)
class KeptSow:
    """A statement of work read back: what it takes to show it to any reader. ``facts`` hold no word of the document."""

    facts: Mapping[str, Any]
    fields: _Fields
    red_flags: Sequence[Found]
    model: Mapping[str, str]
    policy_version: str
    recommendations: list[KeptRecommendation]
    withheld: list[dict[str, str]]


def sow_document(answer: SowAnswer, tokens: Mapping[str, str]) -> dict[str, Any]:
    """The document with all that it takes to show it to any reader; ``tokens`` by ``jti``, apart from the rest."""
    said, model = answer.said.understood, answer.call.model
    return {
        "kind": SOW,
        "model": {"name": model.name, "version": model.version, "kind": answer.kind},
        "policy_version": answer.policy_version,
        "facts": {
            "service_line": said.service_line,
            "confidence": said.confidence,
            "calibrated": said.calibrated,
            "template": said.template,
            "why": said.why,
            "language": said.language,
            "route": answer.said.route,
            "flags": [str(flag) for flag in said.flags],
            "needs_review": said.needs_review,
            "contradicted": list(said.fields.contradicted),
        },
        "fields": {name: _put_away(found) for name, found in said.fields.found.items()},
        "red_flags": [_placed(each) for each in said.red_flags],
        **judged(answer.recommendations, answer.withheld, tokens),
    }


def kept_sow(document: Mapping[str, Any]) -> KeptSow:
    """The statement of work that `sow_document` has put away. Days are read back as their texts."""
    return KeptSow(
        facts=document["facts"],
        fields={name: _read_back(held) for name, held in document["fields"].items()},
        red_flags=[Found(**each) for each in document["red_flags"]],
        model=document["model"],
        policy_version=document["policy_version"],
        recommendations=kept_recommendations(document),
        withheld=document["withheld"],
    )


def _put_away(found: Found | tuple[Found, ...] | None) -> Any:
    if isinstance(found, tuple):
        return [_placed(each) for each in found]
    return None if found is None else _placed(found)


def _placed(found: Found) -> dict[str, Any]:
    value = found.value
    plain = {key: _plain(each) for key, each in value.items()} if isinstance(value, dict) else _plain(value)
    return {"value": plain, "page": found.page, "line": found.line, "quote": found.quote}


def _read_back(held: Any) -> Found | tuple[Found, ...] | None:
    if isinstance(held, list):
        return tuple(Found(**each) for each in held)
    return None if held is None else Found(**held)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
