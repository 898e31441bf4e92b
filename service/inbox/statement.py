"""From what was understood of a statement of work to what the inbox takes in: a person has to look, or need not."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from models.calibration import Band
from models.cause import Cause, CauseKind
from models.money import MoneyAtRisk
from models.sow.artifact import TASK
from models.sow.understanding import Understanding
from models.text_flags import REVIEWED
from service.gate.gate import Gate
from service.inbox.confidence import confidence_of
from service.inbox.finding import Finding
from service.inbox.findings import clients_of, owner_role
from service.inbox.sow_document import sow_document
from service.triage.desk import Place
from service.triage.sow_answer import SowAnswer

UNREMARKABLE = "nothing in it needs a person"
GRAVE = frozenset({"unlimited_liability", "penalties"})
"""Clauses by which work can cost more than it brings in: with one of them the band is high. An assumption."""


def needs_a_person(answer: SowAnswer) -> bool:
    """Whether there is a clause to read, something to decide on, or a doubt about what the document says."""
    said = answer.said.understood
    return said.needs_review or bool(said.red_flags) or bool(answer.recommendations)


def statement(
    connection: Connection,
    answer: SowAnswer,
    tokens: Mapping[str, str],
    *,
    place: Place,
    project_id: str | None,
    gate: Gate,
) -> Finding:
    """The finding of a statement of work; ``tokens`` are those of its recommendations by ``jti``.

    It joins what is found of its project, where the event names one. No money is at risk that anybody could estimate.
    """
    said, troubled = answer.said.understood, needs_a_person(answer)
    return Finding(
        task=TASK,
        subject_id=answer.sow_id,
        place=place,
        cause=Cause(CauseKind.PROJECT, project_id) if project_id else Cause(CauseKind.STATEMENT_OF_WORK, answer.sow_id),
        project_id=project_id,
        client_id=clients_of(connection, {project_id}).get(project_id) if project_id else None,
        person_id=None,
        troubled=troubled,
        probability=None,
        band=_band(said) if troubled else "low",
        money=MoneyAtRisk(),
        amount=None,
        confidence=confidence_of("rule", answer.call.model),
        deadline=None,
        answer_id=UUID(answer.answer_id),
        event_id=answer.event_id,
        as_of=answer.as_of,
        document=sow_document(answer, tokens) if troubled else {},
        summary=tuple(_sentences(said)) if troubled else (),
        owner_role=owner_role(gate, place),
        why=None if troubled else UNREMARKABLE,
    )


def _band(said: Understanding) -> Band:
    return "high" if said.suspicious or any(each.value in GRAVE for each in said.red_flags) else "medium"


def _sentences(said: Understanding) -> Iterator[dict[str, Any]]:
    """Closed lists and words of the taxonomy only: no word of the document, so nobody need be kept from them."""
    yield _said(said.why, "service_line", "confidence", "template")
    if said.red_flags:
        kinds = ", ".join(dict.fromkeys(_worded(each.value) for each in said.red_flags))
        clauses = "1 clause" if len(said.red_flags) == 1 else f"{len(said.red_flags)} clauses"
        yield _said(f"{clauses} to read before the work begins: {kinds}.", "red_flags")
    doubts = [_worded(flag) for flag in said.flags if flag in REVIEWED]
    if doubts:
        yield _said(f"Somebody has to look before anybody relies on it: {', '.join(doubts)}.", "flags")
    if said.fields.contradicted:
        names = ", ".join(map(_worded, said.fields.contradicted))
        yield _said(f"It says two different things of: {names}.", "contradicted")


def _said(text: str, *facts: str) -> dict[str, Any]:
    return {"text": text, "cites": [f"/facts/{each}" for each in facts]}


def _worded(code: str) -> str:
    return code.replace("_", " ")
