"""Recommendations that the service has given, without a predictor: judged, signed and kept as any other."""

import itertools
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from ledger.principals import Principal
from models.actions import ACTIONS, Proposal
from models.catalog import TASKS
from models.money import MoneyAtRisk
from service.gate.case import Case
from service.gate.decision import DecisionKind
from service.gate.recommendation import Recommendation
from service.gate.switch import Scope, Turn
from service.store.switches import KillSwitch
from service.triage.answering import Answer, Prediction
from service.triage.deciding import Made, Wanted
from service.triage.switching import Turning, turn_switch
from tests.service.gate.conftest import CALL, PARAMS
from tests.service.snippets import Presented


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
    answer = Answer(
        str(uuid4()), call, "rule", None, now, now, gate.policy_version, said.workflow_version, [prediction], ()
    )
    services.desk.keep(TASKS[call.task], answer, "engine-1", lambda _: None)
    return said, services.desk.tokens(answer)[said.jti]


class Stage:
    """Recommendations in every state, each about somebody else, so that no alert budget is spent."""

    def __init__(self, services):
        self.services = services
        self.now = datetime.now(UTC)
        self._people = (f"P{uuid4().hex}" for _ in itertools.count())

    def recommended(self, *, ago=timedelta()):
        """The token of one that was given so long ago, and where it is permitted."""
        return self._given(ago)[1]

    def accepted(self):
        """The decision's token, shown where the recommendation is permitted."""
        said, presented = self._given()
        for number in range(said.requires.approvals):
            made = self._decide(said, DecisionKind.ACCEPT, f"approver-{number}")
        return Presented(made.token, presented.here)

    def dismissed(self):
        said, presented = self._given()
        self._decide(said, DecisionKind.DISMISS, "approver-0")
        return presented

    def withdrawn(self):
        said, presented = self._given()
        caller, unhindered = Principal("engine-1", "orchestrator", "-"), {"first": _nothing, "also": _nothing}
        assert self.services.decisions.withdraw(UUID(said.jti), "Done.", caller, **unhindered, now=self.now)
        return presented

    @contextmanager
    def stopped(self):
        """The task is stopped by somebody, and let go on by somebody else."""
        self._turn(Turn.STOP, "petra")
        yield
        self._turn(Turn.RESUME, "ada")

    def _given(self, ago=timedelta()):
        said, token = give(self.services, now=self.now - ago, person=next(self._people))
        settings = self.services.settings
        place = {name: getattr(said, name) for name in ("workflow", "instance", "step", "action")}
        return said, Presented(token, {"iss": settings.issuer, "aud": settings.audience, **place})

    def _decide(self, said, kind, principal):
        approves_as = self.services.gate.current.tables.approves_as
        role = next(role for role, may in approves_as.items() if said.requires.approver_role in may)
        wanted = Wanted(UUID(said.jti), kind, "So it is.", Principal(principal, role, "-"))
        made = self.services.decisions.decide(wanted, first=_nothing, also=_nothing, now=self.now)
        assert isinstance(made, Made), made
        return made

    def _turn(self, turn, principal):
        services = self.services
        wanted = Turning(Scope.TASK, CALL.task, turn, "A test.", Principal(principal, "pmo", "-"))
        said = turn_switch(services.engine, services.settings.home, services.gate.current, wanted, now=self.now)
        assert isinstance(said, KillSwitch), said


def _nothing(*_):
    pass
