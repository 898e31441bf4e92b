"""Exceptions as answers lead to them, without a predictor: judged, signed, kept and settled as any other."""

from dataclasses import replace
from uuid import uuid4

from models.actions import Proposal
from models.catalog import TASKS
from models.explanation import Change, Reason
from models.money import MoneyAtRisk
from service.gate.case import Case
from service.inbox.findings import findings
from service.inbox.settling import settle
from service.triage.answering import Answer, Prediction
from service.triage.desk import Place
from tests.service.gate.conftest import CALL, PARAMS

SNAPSHOT = {
    "known_hours": 0.0, "entered_late_share": 0.76, "project_id": "J1", "bill_rate": 120.0, "currency": "EUR",
    "hours_to_cutoff": 72.0, "expected_hours": 8.0, "missed_share_3": None,
}  # fmt: skip
REASONS = [
    Reason("entered_late_share", 0.76, 0.7, "76% of recent entries came after their week had closed"),
    Reason("known_hours", 0.0, 0.5, "nothing is entered for the day yet"),
]
MARGIN = {"project_id": "J1", "forecast_margin": 0.21, "project_days_to_end": 50, "forecast_revenue": 1e6}


def missing_day(services, *, now, person="P1", day="2026-03-02", amount=480.0, band="high", **changes):
    """The exception that somebody's missing day leads to, and the recommendation about it."""
    gate, call = services.gate.current, replace(CALL, **changes)
    subject, money = f"{person}/{day}", MoneyAtRisk(0.0, amount, "EUR")
    about = {"person_id": person, "day": PARAMS["day"], "missing_hours": 8.0}
    case = Case(call, subject, Proposal.of("remind_consultant", about, "No hours so far."), 0.9, money)
    said = gate.recommend(case, given={}, now=now)
    prediction = Prediction(
        subject_id=subject, snapshot=SNAPSHOT, probability=0.9, log_odds=2.2, band=band, expected=None, money=money,
        base=1.0, reasons=REASONS, turns_green=[Change("known_hours", 0.0, 4.0, 0.2)], recommendations=[said],
        withheld=[],
    )  # fmt: skip
    return _kept(services, call, prediction, now), said


def eroding_margin(services, *, now, project="J1", loss=30_000.0):
    """The exception that an eroding margin leads to."""
    model = replace(CALL.model, name="margin_erosion")
    call = replace(CALL, task="margin_erosion", workflow="margin_review", step="open", model=model, person_level=False)
    prediction = Prediction(
        subject_id=project, snapshot=MARGIN | {"project_id": project}, probability=0.7, log_odds=0.8, band="high",
        expected=None, money=MoneyAtRisk(loss, 0.0, "EUR"), base=0.1,
        reasons=[Reason("forecast_margin", 0.21, 0.7, "the forecast says 21%")], turns_green=[], recommendations=[],
        withheld=[],
    )  # fmt: skip
    return _kept(services, call, prediction, now)


def _kept(services, call, prediction, now):
    gate, task = services.gate.current, TASKS[call.task]
    answer = Answer(str(uuid4()), call, "linear", None, now, now, gate.policy_version, 1, [prediction], ())
    place = Place(call.workflow, call.instance, call.step, call.requester)
    triage = services.settings.triage
    with services.engine.connect() as connection:
        tokens = services.desk.tokens(answer)
        found = findings(connection, task, answer, tokens, place=place, gate=gate, triage=triage)
    changed = []
    services.desk.keep(
        task, answer, "engine-1", lambda connection: changed.extend(settle(connection, found, triage, now=now))
    )
    return changed[0].exception_id
