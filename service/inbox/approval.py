"""From an approval that was routed as an exception, and what the records tell of it, to what the inbox takes in."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Connection

from models.approval_summary.evidence import by_kind
from models.approval_summary.proposals import money
from models.approval_summary.sentences import told
from models.approval_summary.summary import Findings
from models.calibration import Band, Bands
from models.cause import Cause, CauseKind
from models.money import MoneyAtRisk
from service.chains.question import Route
from service.gate.gate import Gate
from service.inbox.approval_document import approval_document
from service.inbox.confidence import confidence_of
from service.inbox.finding import Finding
from service.inbox.findings import owner_role, weighed
from service.store.rates import rates
from service.triage.desk import Place
from service.triage.summarised import Summarised, Told
from service.triage.summarising import TASK
from service.triage_settings import TriageSettings

LONG = 75
"""Percent of similar approvals that ended sooner, from which on a wait is in the high band."""


def told_to_nobody(said: Findings) -> Told:
    """The template's sentences over all that was found, for the audit chain: each reader is told by what they see."""
    return Told(told(said.evidence, api_role=""), said.evidence, Route.EMBEDDED, None, said.flags)


def routed(
    connection: Connection,
    answer: Summarised,
    tokens: Mapping[str, str],
    *,
    place: Place,
    gate: Gate,
    triage: TriageSettings,
) -> Finding:
    """The finding of an open approval; ``tokens`` are those of its recommendations by ``jti``.

    Somebody has put it before a person: it is in trouble until it is closed. No point of no return is known of it.
    """
    said, about = answer.said, answer.said.about
    at_risk = _money(said)
    probability = said.waits.probability
    return Finding(
        task=TASK,
        subject_id=about.approval_id,
        place=place,
        cause=Cause(CauseKind.APPROVAL, about.approval_id),
        project_id=about.approval["project_id"],
        client_id=None if about.project is None else about.project["client_id"],
        person_id=None,
        troubled=True,
        probability=probability,
        band=_band(said),
        money=at_risk,
        amount=weighed(at_risk, rates(connection, answer.as_of), triage.deferred_share),
        confidence=confidence_of("unsupervised" if probability is None else "rule", answer.call.model),
        deadline=None,
        answer_id=UUID(answer.answer_id),
        event_id=answer.event_id,
        as_of=answer.as_of,
        document=approval_document(answer, tokens),
        summary=(),
        owner_role=owner_role(gate, place),
    )


def _money(said: Findings) -> MoneyAtRisk:
    """The amount that waits; unknown where not everybody may see it, since all readers see what is ranked by."""
    amount = by_kind(said.evidence).get("amount")
    return MoneyAtRisk() if amount is None or amount.needs else money(said.about)


def _band(said: Findings) -> Band:
    """By how likely it waits on, where enough similar ones have waited as long; else by how many ended sooner."""
    if said.waits.probability is not None and said.waits.calibrated:
        band = Bands().of(said.waits.probability)
        return "medium" if band == "low" else band
    rank = by_kind(said.evidence).get("waiting_rank")
    return "high" if rank is not None and isinstance(rank.value, int) and rank.value >= LONG else "medium"
