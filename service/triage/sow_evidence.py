"""What the audit chain keeps of an answer about a statement of work: model, prompts, policy, hashes of what was read.

The document and what was found in it enter under the document's own key: the row proves later what was said of which
file, and tells nobody anything of it.
"""

from collections.abc import Mapping
from typing import Any

from ledger.audit import Entry, canonical
from ledger.pseudonyms import pseudonym
from models.sow.lines import Found
from service.triage.evidence import (
    ANSWERED,
    Verdicts,
    answered_shown,
    recommended_shown,
    withheld_shown,
)
from service.triage.sow_answer import SowAnswer


def persons_named(answer: SowAnswer, principal_id: str) -> set[str]:
    """Whose keys `entry` needs: the caller, the requester, and the document's own."""
    return {name for name in (principal_id, answer.call.requester, answer.sow_id) if name}


def entry(answer: SowAnswer, principal_id: str, keys: Mapping[str, bytes]) -> Entry:
    """The audit entry of an answer. ``keys`` holds the keys of `persons_named`."""
    said, verdicts = answer.said.understood, Verdicts()
    key = keys[answer.sow_id]
    recommended = recommended_shown(answer.recommendations, key, verdicts)
    withheld = withheld_shown(answer.withheld, verdicts)
    return Entry(
        ANSWERED,
        {
            **answered_shown(answer, answer.kind, answer.model_digest, principal_id, keys),
            "route": answer.said.route,
            "prompt": [dict(prompt) for prompt in answer.said.prompts] or None,
            "sow": {
                "subject": pseudonym(key, answer.sow_id),
                "document": pseudonym(key, answer.document),
                "found": pseudonym(key, canonical(_found(answer))),
                "service_line": said.service_line,
                "template": said.template,
                "confidence": round(said.confidence, 6),
                "flags": [str(flag) for flag in said.flags],
                "recommended": recommended,
                "withheld": withheld,
            },
            "verdicts": verdicts.shown(),
        },
    )


def _found(answer: SowAnswer) -> list[Any]:
    """Every value and red flag with its place, in plain values."""
    said = answer.said.understood
    fields = [[name, _places(found)] for name, found in sorted(said.fields.found.items())]
    return [*fields, ["red_flags", _places(said.red_flags)]]


def _places(found: Found | tuple[Found, ...] | None) -> list[list[Any]]:
    each_found = found if isinstance(found, tuple) else () if found is None else (found,)
    return [[str(each.value), each.page, each.line, each.quote] for each in each_found]
