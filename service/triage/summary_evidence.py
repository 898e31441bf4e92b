"""What the audit chain keeps of a summary: who asked, by which prompt and policy, and hashes of what was told.

The approval, its evidence and its sentences enter under the approval's own key: the row proves later what was said, and
tells nobody anything of it.
"""

from collections.abc import Mapping
from typing import Any

from ledger.audit import Entry, canonical
from ledger.pseudonyms import pseudonym
from models.approval_summary.evidence import Evidence
from service.triage.evidence import (
    ANSWERED,
    Verdicts,
    age_shown,
    answered_shown,
    recommended_shown,
    withheld_shown,
)
from service.triage.summarised import Summarised

KIND = "template"


def persons_named(answer: Summarised, principal_id: str) -> set[str]:
    """Whose keys `entry` needs: the caller, the requester, and the approval's own."""
    return {name for name in (principal_id, answer.call.requester, answer.said.about.approval_id) if name}


def entry(answer: Summarised, principal_id: str, keys: Mapping[str, bytes]) -> Entry:
    """The audit entry of a summary. ``keys`` holds the keys of `persons_named`."""
    told, verdicts = answer.told, Verdicts()
    approval_id = answer.said.about.approval_id
    key = keys[approval_id]
    recommended = recommended_shown(answer.recommendations, key, verdicts)
    withheld = withheld_shown(answer.withheld, verdicts)
    return Entry(
        ANSWERED,
        {
            **answered_shown(answer, KIND, None, principal_id, keys),
            "route": told.route,
            "prompt": None if told.prompt is None else dict(told.prompt),
            "records_age_seconds": age_shown(answer.call),
            "summary": {
                "subject": pseudonym(key, approval_id),
                "evidence": pseudonym(key, canonical([_item(each) for each in told.evidence])),
                "sentences": pseudonym(key, canonical([[each.text, list(each.cites)] for each in told.sentences])),
                "flags": [str(flag) for flag in told.flags],
                "recommended": recommended,
                "withheld": withheld,
            },
            "verdicts": verdicts.shown(),
        },
    )


def _item(item: Evidence) -> list[Any]:
    return [item.id, item.kind, item.value, item.unit, item.source]
