"""What the audit chain keeps of an answer: hashes and codes, and persons only by pseudonym.

The row proves later which snapshot, model and policy stood behind each recommendation, without telling anybody who was
asked about: names and snapshots enter under a key of the person's own, and erasing it erases them.
"""

import json
from collections.abc import Mapping

from ledger.audit import Entry
from ledger.pseudonyms import pseudonym
from models.task import Row, Task
from service.triage.answering import Answer, Prediction

ANSWERED = "answer"


def persons_named(task: Task, answer: Answer, principal_id: str) -> set[str]:
    """Whose keys `entry` needs: the caller, the requester, and whom the subjects are about."""
    about = {named_by(task, prediction.subject_id, prediction.snapshot) for prediction in answer.predictions}
    about |= {named_by(task, subject) for subject in answer.nothing_to_predict}
    return about | {name for name in (principal_id, answer.call.requester) if name}


def entry(task: Task, answer: Answer, principal_id: str, keys: Mapping[str, bytes]) -> Entry:
    """The audit entry of an answer. ``keys`` holds the key of everybody named by `persons_named`."""
    call = answer.call
    return Entry(
        ANSWERED,
        {
            "answer_id": answer.answer_id,
            "task": call.task,
            "as_of": answer.as_of.isoformat(),
            "principal": pseudonym(keys[principal_id], principal_id),
            "workflow": {
                "name": call.workflow,
                "instance": call.instance,
                "step": call.step,
                "requester": pseudonym(keys[call.requester], call.requester) if call.requester else None,
            },
            "model": {"name": call.model.name, "version": call.model.version, "kind": answer.kind},
            "policy": answer.policy_version,
            "predictions": [
                _of_subject(prediction, keys[named_by(task, prediction.subject_id, prediction.snapshot)])
                for prediction in answer.predictions
            ],
            "nothing_to_predict": [
                pseudonym(keys[named_by(task, subject)], subject) for subject in answer.nothing_to_predict
            ],
        },
    )


def named_by(task: Task, subject_id: str, snapshot: Row | None = None) -> str:
    """By whose key a subject is named: its person's, or its own where it is about no person or nobody can tell whom."""
    return task.person_of(subject_id, snapshot) or subject_id


def _of_subject(prediction: Prediction, key: bytes) -> dict[str, object]:
    snapshot = json.dumps(dict(prediction.snapshot), sort_keys=True, separators=(",", ":"))
    return {
        "subject": pseudonym(key, prediction.subject_id),
        "snapshot": pseudonym(key, snapshot),
        "probability": None if prediction.probability is None else round(prediction.probability, 6),
        "band": prediction.band,
        "recommended": [
            {"jti": said.jti, "action": said.action, "policies": list(said.verdict.policies)}
            for said in prediction.recommendations
        ],
        "withheld": [{"action": said.action, "codes": list(said.verdict.codes)} for said in prediction.withheld],
    }
