"""One exception as HTTP shows it: the troubles that its reader reads, in sentences and figures, and what led to it."""

import datetime as dt
from collections.abc import Mapping
from functools import partial
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from models.approval_summary.sentences import told
from models.catalog import TASKS
from models.sensitivity import Sensitivity
from models.task import Task
from models.text_flags import TextFlag
from service.api.approval_answer import EvidenceShown, MissingShown, evidence_shown, missing_shown
from service.api.inbox_shown import ExceptionShown, LineShown, Shown, item_shown, line_shown
from service.api.prediction_answer import (
    ModelShown,
    PolicyShown,
    SaidShown,
    WithheldShown,
    said_shown,
)
from service.api.sow_facts import SowFactsShown, sow_facts
from service.api.standing_shown import StandingShown, standing_shown
from service.gate.reader import Reader
from service.gate.redaction import Redaction
from service.gate.released import Showing
from service.gate.triage import TriageKind
from service.inbox.approval_document import KeptApproval
from service.inbox.documents import APPROVAL, Kept
from service.inbox.looking import Whole
from service.inbox.sentences import sentences
from service.inbox.sow_document import KeptSow
from service.store.exception_decisions import StoredTriage
from service.store.inbox_detail import KeptTrouble
from service.triage.standing import Found


class PlaceShown(Shown):
    """The step of the instance of the governed workflow in which it was found."""

    name: str
    instance: str
    step: str


class SentenceShown(Shown):
    """A sentence, and what it is from: JSON pointers into this trouble, or an event."""

    text: str
    cites: list[str]


class PredictionShown(SaidShown):
    """What was predicted when it was found last, as far as the reader may see it."""

    model: ModelShown
    policy: PolicyShown
    recommendations: list[StandingShown]
    withheld: list[WithheldShown]


class ApprovalModelShown(Shown):
    """The template that found it, as ``POST /v1/approval-summaries`` does."""

    name: str
    version: str


class ApprovalShown(Shown):
    """What was found of an approval when it was routed last, as far as the reader may see it.

    ``missing`` cites ids of ``evidence``. Of a note there is its place and no ``value``: its words are in the records.
    """

    kind: Literal["approval"]
    model: ApprovalModelShown
    policy: PolicyShown
    evidence: list[EvidenceShown]
    missing: list[MissingShown]
    may_decide: list[str]
    flags: list[TextFlag]
    recommendations: list[StandingShown]
    withheld: list[WithheldShown]


class TroubleShown(Shown):
    """One subject that is in trouble. ``prediction`` is null of what no predictor scores, which has ``facts``."""

    trouble_id: UUID
    task: str
    subject_id: str
    project_id: str | None
    client_id: str | None
    person_id: str | None
    workflow: PlaceShown
    band: str
    amount: float | None = Field(description="money at risk as it is ranked, in the reporting currency")
    deadline: dt.datetime | None
    as_of: dt.datetime
    first_found_at: dt.datetime
    found_at: dt.datetime
    times_found: int
    answer_id: UUID | None
    event_id: UUID | None
    resolved_at: dt.datetime | None
    resolved_why: str | None
    summary: list[SentenceShown]
    prediction: PredictionShown | None
    facts: ApprovalShown | SowFactsShown | dict[str, Any] | None


class EventShown(Shown):
    """An event that changed it."""

    event_id: UUID
    source: str
    id: str
    type: str
    received_at: dt.datetime
    change: str


class TriageShown(Shown):
    """What somebody decided on it. Names and words are null for readers who decide on none, but for their own."""

    decision_id: UUID
    decision: TriageKind
    version: int
    by: str | None
    api_role: str
    reason_code: str | None
    reason: str | None
    until: dt.datetime | None
    assigned_to: str | None
    trouble_id: UUID | None
    decided_at: dt.datetime


class WholeExceptionShown(ExceptionShown):
    """An exception with all of it that the reader's api_role reads."""

    as_of: dt.datetime
    currency: str | None
    line: LineShown
    found: list[TroubleShown] = Field(description="its troubles, those that are not over first")
    timeline: list[EventShown]
    decisions: list[TriageShown]


def whole_shown(whole: Whole, *, decides: bool, acts: bool) -> Showing:
    """For a reader who is one of those who decide, or is the engine that acts."""
    return partial(_document, whole, decides, acts)


def _document(whole: Whole, decides: bool, acts: bool, reader: Reader) -> Mapping[str, Any]:  # noqa: FBT001 - partial
    clients = Sensitivity.CLIENT in reader.sees
    return {
        **item_shown(whole.item, whole.line, decides=decides, clients=clients),
        "as_of": whole.as_of,
        "currency": whole.currency,
        "line": line_shown(whole.line),
        "found": [_trouble(each, said, whole.stands, reader, acts=acts) for each, said in whole.troubles],
        "timeline": [
            {name: getattr(each, name) for name in ("event_id", "source", "id", "type", "received_at", "change")}
            for each in whole.timeline
        ],
        "decisions": [_decision(each, reader, decides=decides) for each in whole.decisions],
    }


def _trouble(
    trouble: KeptTrouble,
    said: Kept | KeptApproval | KeptSow | None,
    stands: Mapping[str, Found],
    reader: Reader,
    *,
    acts: bool,
) -> dict[str, Any]:
    sees = reader.sees_of(trouble.person_id)
    prediction, amount = None, trouble.amount
    facts: Mapping[str, Any] | None = None
    match said:
        case Kept():
            task = TASKS[trouble.task]
            prediction = _prediction(said, task, sees, stands, acts=acts)
            summary = sentences(task, trouble.subject_id, prediction)
            if task.money_is is not None and task.money_is not in sees:
                amount = None
        case KeptApproval():
            facts = _approval(said, sees, stands, acts=acts)
            summary = _of_approval(said, reader.api_role, sees)
        case KeptSow():
            facts = sow_facts(said, sees, stands, acts=acts)
            summary = [dict(each) for each in trouble.summary]
        case None:
            facts = dict(trouble.document) or None
            summary = [dict(each) for each in trouble.summary]
    return {
        **{name: getattr(trouble, name) for name in _AS_KEPT},
        "client_id": trouble.client_id if Sensitivity.CLIENT in sees else None,
        "workflow": {
            "name": trouble.workflow_name,
            "instance": trouble.workflow_instance,
            "step": trouble.workflow_step,
        },
        "amount": amount,
        "summary": summary,
        "prediction": prediction,
        "facts": facts,
    }


def _approval(
    said: KeptApproval, sees: frozenset[Sensitivity], stands: Mapping[str, Found], *, acts: bool
) -> dict[str, Any]:
    visible = [item for item in said.evidence if item.visible(sees)]
    shown = {item.id for item in visible}
    return {
        "kind": APPROVAL,
        "model": said.model,
        "policy": {"version": said.policy_version},
        "evidence": [evidence_shown(item) for item in visible],
        "missing": [missing_shown(each) for each in said.missing if shown.issuperset(each.cites)],
        "may_decide": said.may_decide,
        "flags": said.flags,
        "recommendations": standing_shown(said.recommendations, sees, stands, acts=acts),
        "withheld": said.withheld,
    }


def _of_approval(said: KeptApproval, api_role: str, sees: frozenset[Sensitivity]) -> list[dict[str, Any]]:
    """The template's sentences for this reader; each cites the evidence as `_approval` lists it."""
    visible = [item for item in said.evidence if item.visible(sees)]
    place = {item.id: number for number, item in enumerate(visible)}
    return [
        {"text": each.text, "cites": [f"/facts/evidence/{place[cited]}" for cited in each.cites]}
        for each in told(visible, api_role)
    ]


def _prediction(
    said: Kept, task: Task, sees: frozenset[Sensitivity], stands: Mapping[str, Found], *, acts: bool
) -> dict[str, Any]:
    shown = Redaction(task, sees)
    return {
        "model": said.model,
        "policy": {"version": said.policy_version},
        **said_shown(said, shown),
        "recommendations": standing_shown(said.recommendations, sees, stands, acts=acts),
        "withheld": said.withheld,
    }


def _decision(made: StoredTriage, reader: Reader, *, decides: bool) -> dict[str, Any]:
    named = decides or made.principal_id == reader.principal_id
    return {
        "decision_id": made.decision_id,
        "decision": made.kind,
        "version": made.version,
        "by": made.principal_id if named else None,
        "api_role": made.api_role,
        "reason_code": made.reason_code,
        "reason": made.reason if named else None,
        "until": made.until,
        "assigned_to": made.assigned_to if named else None,
        "trouble_id": made.trouble_id,
        "decided_at": made.decided_at,
    }


_AS_KEPT = (
    "trouble_id", "task", "subject_id", "project_id", "person_id", "band", "deadline", "as_of", "first_found_at",
    "found_at", "times_found", "answer_id", "event_id", "resolved_at", "resolved_why",
)  # fmt: skip
