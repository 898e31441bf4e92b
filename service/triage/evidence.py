"""What the audit chain keeps of an answer: hashes and codes, and persons only by pseudonym.

The row proves later which snapshot, model, policy and verdict stood behind each recommendation, without telling anybody
who was asked about: names and snapshots enter under a key of the person's own, and erasing it erases them. Equal
verdicts are written once, and subjects point to them by their place in the list: an answer about thousands stays small.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from ledger.audit import Entry, canonical
from ledger.pseudonyms import pseudonym
from models.task import Row, Task
from service.gate.case import Call
from service.gate.recommendation import Recommendation, Withheld
from service.gate.verdict import Verdict
from service.triage.answered import Answered
from service.triage.answering import Answer, Prediction

ANSWERED = "answer"


def persons_named(task: Task, answer: Answer, principal_id: str) -> set[str]:
    """Whose keys `entry` needs: the caller, the requester, and whom the subjects are about."""
    about = {named_by(task, prediction.subject_id, prediction.snapshot) for prediction in answer.predictions}
    about |= {named_by(task, subject) for subject in answer.nothing_to_predict}
    return about | {name for name in (principal_id, answer.call.requester) if name}


def entry(task: Task, answer: Answer, principal_id: str, keys: Mapping[str, bytes]) -> Entry:
    """The audit entry of an answer. ``keys`` holds the key of everybody named by `persons_named`."""
    call, verdicts = answer.call, Verdicts()
    return Entry(
        ANSWERED,
        {
            **answered_shown(answer, answer.kind, answer.model_digest, principal_id, keys),
            "prompt": None,
            "purpose_recorded": call.purpose_recorded if call.person_level else None,
            "records_age_seconds": age_shown(call),
            "predictions": [
                _of_subject(prediction, keys[named_by(task, prediction.subject_id, prediction.snapshot)], verdicts)
                for prediction in answer.predictions
            ],
            "nothing_to_predict": [
                {"subject": pseudonym(keys[named_by(task, subject)], subject)} for subject in answer.nothing_to_predict
            ],
            "verdicts": verdicts.shown(),
        },
    )


def answered_shown(
    answer: Answered, kind: str, model_digest: str | None, principal_id: str, keys: Mapping[str, bytes]
) -> dict[str, Any]:
    """What the row of every answer holds: who asked for what, where, as of when, and what model and policies spoke."""
    call, model = answer.call, answer.call.model
    return {
        "answer_id": answer.answer_id,
        "event_id": str(answer.event_id) if answer.event_id else None,
        "task": call.task,
        "as_of": answer.as_of.isoformat(),
        "principal": pseudonym(keys[principal_id], principal_id),
        "workflow": place_shown(call, answer.workflow_version, keys),
        "model": model_shown(model.name, model.version, kind, model_digest)
        | {"promoted": model.promoted, "calibrated": model.calibrated, "drifted": model.drifted},
        "policy": answer.policy_version,
        "stopped": {"task": call.task_stopped, "workflow": call.workflow_stopped},
    }


def age_shown(call: Call) -> int | None:
    """How far before ``as_of`` the records ended, in whole seconds."""
    return None if call.records_age is None else int(call.records_age.total_seconds())


def place_shown(call: Call, workflow_version: int | None, keys: Mapping[str, bytes]) -> dict[str, Any]:
    """Where in which workflow somebody asked, as rows hold it."""
    return {
        "name": call.workflow,
        "version": workflow_version,
        "instance": call.instance,
        "step": call.step,
        "requester": pseudonym(keys[call.requester], call.requester) if call.requester else None,
        "stated_purpose": call.stated_purpose,
    }


def model_shown(name: str, version: str, kind: str, digest: str | None) -> dict[str, Any]:
    """The model as rows name it: ``digest`` is that of the files that answered (`models.artifact.digest`)."""
    return {"name": name, "version": version, "kind": kind, "digest": digest}


def named_by(task: Task, subject_id: str, snapshot: Row | None = None) -> str:
    """By whose key a subject is named: its person's, or its own where it is about no person or nobody can tell whom."""
    return task.person_of(subject_id, snapshot) or subject_id


def recommended_hash(key: bytes, said: Recommendation) -> str:
    """Names what was recommended, to whom and on what terms, under the key of whom it is about."""
    return pseudonym(
        key,
        canonical(
            {
                "jti": said.jti,
                "subject": said.subject,
                "action": said.action,
                "params": said.params.model_dump(mode="json"),
                "approver_role": said.requires.approver_role,
                "approvals": said.requires.approvals,
                "not": list(said.requires.excluded),
                "issued_at": said.issued_at.isoformat(),
                "expires_at": said.expires_at.isoformat(),
            }
        ),
    )


class Verdicts:
    """The different verdicts of an answer, in the order in which they are first met."""

    def __init__(self) -> None:
        self._places: dict[Verdict, int] = {}

    def place(self, verdict: Verdict) -> int:
        """Where the verdict stands in the list."""
        return self._places.setdefault(verdict, len(self._places))

    def shown(self) -> list[dict[str, Any]]:
        """The list, as rows hold it."""
        return [verdict_shown(verdict) for verdict in self._places]


def verdict_shown(verdict: Verdict) -> dict[str, Any]:
    """A verdict as rows hold it; ``hash`` (SHA-256) covers its wording and versions too."""
    said = {"outcome": verdict.outcome, "codes": list(verdict.codes), "policies": list(verdict.policies)}
    whole = said | {
        "reason": verdict.reason, "policy": verdict.policy_version, "workflow_version": verdict.workflow_version,
    }  # fmt: skip
    return said | {"hash": hashlib.sha256(canonical(whole).encode()).hexdigest()}


def _of_subject(prediction: Prediction, key: bytes, verdicts: Verdicts) -> dict[str, object]:
    snapshot = json.dumps(dict(prediction.snapshot), sort_keys=True, separators=(",", ":"))
    recommended = recommended_shown(prediction.recommendations, key, verdicts)
    return {
        "subject": pseudonym(key, prediction.subject_id),
        "snapshot": pseudonym(key, snapshot),
        "probability": None if prediction.probability is None else round(prediction.probability, 6),
        "band": prediction.band,
        "recommended": recommended,
        "withheld": withheld_shown(prediction.withheld, verdicts),
    }


def recommended_shown(given: Iterable[Recommendation], key: bytes, verdicts: Verdicts) -> list[dict[str, Any]]:
    """Recommendations as rows hold them, about a subject with this key."""
    return [
        {
            "jti": said.jti,
            "action": said.action,
            "verdict": verdicts.place(said.verdict),
            "hash": recommended_hash(key, said),
        }
        for said in given
    ]


def withheld_shown(withheld: Iterable[Withheld], verdicts: Verdicts) -> list[dict[str, Any]]:
    """What was withheld, as rows hold it."""
    return [{"action": said.action, "verdict": verdicts.place(said.verdict)} for said in withheld]
