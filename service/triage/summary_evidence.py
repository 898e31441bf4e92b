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
    model_shown,
    place_shown,
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
    call, told, verdicts = answer.call, answer.told, Verdicts()
    approval_id = answer.said.about.approval_id
    key = keys[approval_id]
    recommended = recommended_shown(answer.recommendations, key, verdicts)
    withheld = withheld_shown(answer.withheld, verdicts)
    model = model_shown(call.model.name, call.model.version, KIND, None)
    return Entry(
        ANSWERED,
        {
            "answer_id": answer.answer_id,
            "event_id": str(answer.event_id) if answer.event_id else None,
            "task": call.task,
            "as_of": answer.as_of.isoformat(),
            "principal": pseudonym(keys[principal_id], principal_id),
            "workflow": place_shown(call, answer.workflow_version, keys),
            "model": model | {"promoted": call.model.promoted, "calibrated": call.model.calibrated, "drifted": False},
            "route": told.route,
            "prompt": None if told.prompt is None else dict(told.prompt),
            "policy": answer.policy_version,
            "records_age_seconds": None if call.records_age is None else int(call.records_age.total_seconds()),
            "stopped": {"task": call.task_stopped, "workflow": call.workflow_stopped},
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
