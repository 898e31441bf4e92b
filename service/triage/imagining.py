"""What-ifs: one subject scored as it is and as it might be, and the audit row without which it is not told."""

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from ledger.audit import Entry
from ledger.pseudonyms import pseudonym, references
from models.predictor import Predictor
from models.scorers import Kind
from models.sensitivity import Sensitivity
from models.task import Row, Task
from models.what_if import WhatIf, what_if
from service.champions import Champion
from service.gate.reader import Reader
from service.gate.redaction import Redaction
from service.store.commit import Unit
from service.triage.desk import Desk, Place, Write
from service.triage.evidence import model_shown, named_by

IMAGINED = "what_if"


class ChangesHidden(Exception):
    """Fields that the reader may not see, each with its kind: what another value changes would tell what they hold."""

    def __init__(self, fields: Mapping[str, Sensitivity]) -> None:
        super().__init__(f"{len(fields)} fields that the reader may not see")
        self.fields = fields


@dataclass(frozen=True)
class Imagining:
    """One call: a subject by id, or with the snapshot that the caller hands over, and what is to be other of it."""

    place: Place | None
    as_of: dt.datetime
    subject_id: str
    snapshot: BaseModel | None
    changes: Mapping[str, Any]


@dataclass(frozen=True)
class Imagined:
    """What the model says on both sides. ``what_if`` is None where there is nothing to predict of the subject."""

    answer_id: str
    task: str
    version: str
    kind: Kind
    model_digest: str | None
    asked: Imagining
    snapshot: Row
    what_if: WhatIf | None


def imagine(desk: Desk, task: Task, champion: Champion[Predictor], asked: Imagining, reader: Reader) -> Imagined:
    """Scores both sides; nothing is kept yet. Raises SubjectsRefused, ChangesHidden, or the model's ChangesRefused."""
    given = [(asked.subject_id, asked.snapshot)] if asked.snapshot is not None else []
    found = desk.asked(task, champion.predictor, [] if given else [asked.subject_id], given, asked.as_of)
    answered_by = (str(uuid.uuid4()), task.name, champion.version, champion.predictor.kind, champion.digest)
    if found.snapshots.is_empty():
        return Imagined(*answered_by, asked, {}, None)
    row = found.snapshots.row(0, named=True)
    snapshot = {name: row[name] for name in task.snapshot.model_fields}
    hidden = Redaction(task, reader.sees_of(task.person_of(asked.subject_id, snapshot))).hidden
    if seen := {field: hidden[field] for field in asked.changes if field in hidden}:
        raise ChangesHidden(seen)
    said = what_if(task, champion.predictor, found.snapshots, asked.changes)
    return Imagined(*answered_by, asked, snapshot, said)


def keep(desk: Desk, task: Task, imagined: Imagined, principal_id: str, also: Write) -> None:
    """Writes the audit row and whatever ``also`` writes, in one transaction. No audit row, no answer."""
    about = named_by(task, imagined.asked.subject_id, imagined.snapshot or None)
    requester = imagined.asked.place.requester if imagined.asked.place else None
    with desk.engine.begin() as connection:
        keys = references(connection, {name for name in (principal_id, about, requester) if name})
    desk.committer.submit(Unit(_entry(imagined, principal_id, about, keys), also))


def _entry(imagined: Imagined, principal_id: str, about: str, keys: Mapping[str, bytes]) -> Entry:
    """What the audit chain keeps: what was asked and said; values and names under the person's key."""
    asked, said, place = imagined.asked, imagined.what_if, imagined.asked.place
    return Entry(
        IMAGINED,
        {
            "answer_id": imagined.answer_id,
            "task": imagined.task,
            "as_of": asked.as_of.isoformat(),
            "principal": pseudonym(keys[principal_id], principal_id),
            "workflow": None
            if place is None
            else {
                "name": place.workflow,
                "instance": place.instance,
                "step": place.step,
                "requester": pseudonym(keys[place.requester], place.requester) if place.requester else None,
                "stated_purpose": place.purpose,
            },
            "model": model_shown(imagined.task, imagined.version, imagined.kind, imagined.model_digest),
            "prompt": None,
            "subject": pseudonym(keys[about], asked.subject_id),
            "snapshot": pseudonym(keys[about], _text(imagined.snapshot)),
            "changed": sorted(asked.changes),
            "changes": pseudonym(keys[about], _text(asked.changes)),
            "before": None if said is None else _side(said.before.probability, said.before.band),
            "after": None if said is None else _side(said.after.probability, said.after.band),
        },
    )


def _side(probability: float | None, band: str) -> dict[str, Any]:
    return {"probability": None if probability is None else round(probability, 6), "band": band}


def _text(values: Mapping[str, Any]) -> str:
    return json.dumps(dict(values), sort_keys=True, separators=(",", ":"))
