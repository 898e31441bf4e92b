"""From an answer to what the inbox takes in: each subject is in trouble, or it is no longer."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from models.cause import Cause, CauseKind
from models.money import MoneyAtRisk
from models.task import Row, Task
from service.gate.gate import Gate
from service.inbox.confidence import confidence_of
from service.inbox.documents import document_of
from service.inbox.finding import Finding
from service.store.rates import Rates, rates
from service.triage.answering import Answer, Prediction
from service.triage.desk import Place
from service.triage_settings import TriageSettings

LOW = "low"
RISK_IS_LOW, NOTHING_EXPECTED = "its risk is low now", "there is nothing to predict of it any more"


def findings(
    connection: Connection,
    task: Task,
    answer: Answer,
    tokens: Mapping[str, str],
    *,
    place: Place,
    gate: Gate,
    triage: TriageSettings,
) -> list[Finding]:
    """What an answer found of each of its subjects; ``tokens`` are those of its recommendations by ``jti``.

    Money is compared at the rates of the stored records, which are read on ``connection``. Of subjects of which there
    is nothing to predict, any trouble is over.
    """
    known = rates(connection, answer.as_of)
    clients = clients_of(connection, {_project(task, said.subject_id, said.snapshot) for said in answer.predictions})
    owner = owner_role(gate, place)
    found = [
        _finding(task, answer, said, tokens, place=place, owner=owner, clients=clients, rates=known, triage=triage)
        for said in answer.predictions
    ]
    event_id = answer.event_id
    return found + closed(
        task.name, answer.nothing_to_predict, NOTHING_EXPECTED, place=place, event_id=event_id, as_of=answer.as_of
    )


def closed(
    task: str, subject_ids: Sequence[str], why: str, *, place: Place, event_id: UUID | None, as_of: dt.datetime
) -> list[Finding]:
    """That these subjects are in no trouble any more, as where a request was filled; ``why`` is shown."""
    return [
        Finding(
            task=task, subject_id=subject, place=place, cause=Cause(CauseKind.REQUEST, subject), project_id=None,
            client_id=None, person_id=None, troubled=False, probability=None, band=LOW, money=MoneyAtRisk(),
            amount=None, confidence=1.0, deadline=None, answer_id=None, event_id=event_id, as_of=as_of, document={},
            summary=(), why=why,
        )
        for subject in subject_ids
    ]  # fmt: skip


def owner_role(gate: Gate, place: Place) -> str | None:
    """The approver_role that answers for an instance in this step; None where nobody governs it."""
    workflow = gate.workflows.by_name.get(place.workflow)
    step = workflow.steps.get(place.step) if workflow else None
    return step.owner if step else None


def weighed(money: MoneyAtRisk, known: Rates, deferred_share: float) -> float | None:
    """Money at risk in the reporting currency: what is lost, and a share of what only comes later.

    None where neither amount, or no rate of their currency, is known.
    """
    parts = [
        share * amount
        for share, given in ((1.0, money.expected_loss), (deferred_share, money.deferred_amount))
        if (amount := known.convert(given, money.currency)) is not None
    ]
    return sum(parts) if parts else None


def clients_of(connection: Connection, project_ids: Collection[str | None]) -> Mapping[str, str]:
    """The client of each project that has one, by the records."""
    wanted = sorted({project for project in project_ids if project is not None})
    if not wanted:
        return {}
    return {row.project_id: row.client_id for row in connection.execute(_CLIENTS, {"projects": wanted})}


def _finding(
    task: Task,
    answer: Answer,
    said: Prediction,
    tokens: Mapping[str, str],
    *,
    place: Place,
    owner: str | None,
    clients: Mapping[str, str],
    rates: Rates,
    triage: TriageSettings,
) -> Finding:
    project = _project(task, said.subject_id, said.snapshot)
    client = None if project is None else clients.get(project)
    row: dict[str, Any] = {**said.snapshot, "as_of": answer.as_of, "client_id": client}
    troubled = said.band != LOW
    return Finding(
        task=task.name,
        subject_id=said.subject_id,
        place=place,
        cause=task.cause(said.subject_id, row),
        project_id=project,
        client_id=client,
        person_id=task.person_of(said.subject_id, said.snapshot),
        troubled=troubled,
        probability=said.probability,
        band=said.band,
        money=said.money,
        amount=weighed(said.money, rates, triage.deferred_share),
        confidence=confidence_of(answer.kind, answer.call.model),
        deadline=task.deadline(said.subject_id, row),
        answer_id=UUID(answer.answer_id),
        event_id=answer.event_id,
        as_of=answer.as_of,
        document=document_of(answer, said, tokens) if troubled else {},
        summary=(),
        owner_role=owner,
        why=None if troubled else RISK_IS_LOW,
    )


def _project(task: Task, subject_id: str, snapshot: Row) -> str | None:
    """The project of a subject: as its snapshot says, or the subject itself where it is one."""
    return subject_id if task.subject == "project" else snapshot.get("project_id")


_CLIENTS = text("""
    SELECT project_id, client_id FROM records.projects
    WHERE project_id = ANY(:projects) AND client_id IS NOT NULL
""")
