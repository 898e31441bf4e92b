"""Recommendations that the service has given, without a predictor: judged, signed and kept as any other."""

from dataclasses import replace
from uuid import uuid4

from models.actions import ACTIONS, Proposal
from models.catalog import TASKS
from models.money import MoneyAtRisk
from service.gate.case import Case
from service.gate.recommendation import Recommendation
from service.triage.answering import Answer, Prediction
from tests.service.gate.conftest import CALL, PARAMS


def give(services, *, now, action="remind_consultant", person="P1", **changes):
    """A recommendation about a day of this person, and its token; ``changes`` are of the call."""
    gate, call = services.gate.current, replace(CALL, **changes)
    params = {name: PARAMS[name] for name in ACTIONS[action].params.model_fields} | {"person_id": person}
    money = MoneyAtRisk(100.0, None, "EUR")
    case = Case(call, f"{person}/2026-03-02", Proposal.of(action, params, "No hours so far."), 0.9, money)
    said = gate.recommend(case, given={}, now=now)
    assert isinstance(said, Recommendation), said.verdict.reason
    prediction = Prediction(
        subject_id=case.subject, snapshot={"known_hours": 0.0}, probability=0.9, log_odds=2.2, band="high",
        expected=None, money=money, base=None, reasons=[], turns_green=[], recommendations=[said], withheld=[],
    )  # fmt: skip
    answer = Answer(str(uuid4()), call, "rule", now, now, gate.policy_version, [prediction], ())
    services.desk.keep(TASKS[call.task], answer, "engine-1", lambda _: None)
    return said, services.desk.tokens(answer)[said.jti]
