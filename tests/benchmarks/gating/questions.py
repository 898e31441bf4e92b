"""Decisions, turns of kill switches, tasks about to inform and texts about to leave, held against the rules."""

import datetime as dt
import random
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from gating.plain import PlainTables, PlainWorkflow
from gating.rules import decide, inform, see, switch, triage, use_route
from models.sensitivity import Sensitivity
from service.gate.decision import Decision, DecisionCase, DecisionKind, Recommended
from service.gate.gate import Gate
from service.gate.informing import Informing
from service.gate.switch import Scope, SwitchFacts, Turn
from service.gate.text_route import RouteUse
from service.gate.triage import TriageFacts, TriageKind
from service.gate.verdict import Verdict

NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
PEOPLE = ("anna", "rita", "tara", "paul", "dora", "")
REGIONS = ("DE", "EU", "GB", "US", None, "")
Plain = Mapping[str, Any]


class Questions:
    """Asks a gate, and tells of each answer whether the rules say the same."""

    def __init__(self, gate: Gate, workflows: Mapping[str, PlainWorkflow], tables: PlainTables, seed: int) -> None:
        self._gate, self._workflows, self._tables = gate, workflows, tables
        self._luck = random.Random(seed)
        self._places = [(each.name, *place) for each in workflows.values() for place in each.terms]
        self._roles = sorted(tables.visible)
        self._approvers = sorted(set().union(*tables.approves_as.values()))

    def agreed(self, count: int) -> Iterator[tuple[str, bool]]:
        """The kind of each question, and whether gate and rules agree; and the whole table of who sees what, once."""
        asks = (self._decision, self._decision, self._triage, self._turn, self._informing, self._text)
        for _ in range(count):
            yield self._luck.choice(asks)()
        for api_role, sensitivity, own in product(self._roles, Sensitivity, (True, False)):
            hidden = see({"api_role": api_role, "sensitivity": sensitivity, "own": own}, self._tables)
            yield "sight", (sensitivity in self._gate.visibility.of(api_role, own=own)) is not bool(hidden)

    def _decision(self) -> tuple[str, bool]:
        luck = self._luck
        workflow, step, action = luck.choice(self._places)
        step = step if luck.random() < 0.95 else "nowhere"
        expires = NOW + dt.timedelta(seconds=luck.choice((3600, 3600, 3600, 1, 0, -1)))
        recommended = Recommended(
            jti="j", workflow=workflow, workflow_version=1, instance="I", step=step, subject="S", task="t",
            action=action, params={}, approver_role=luck.choice(self._approvers),
            excluded=tuple(self._some()), approvals=luck.randrange(1, 4), model_name="m", model_version="1",
            policy_version="p", issued_at=NOW - dt.timedelta(hours=1), expires_at=expires,
        )  # fmt: skip
        case = DecisionCase(
            recommended=recommended,
            kind=luck.choice(list(DecisionKind)),
            principal=luck.choice(PEOPLE),
            api_role=luck.choice(self._roles),
            accepted_by=frozenset(self._some()),
            decided=self._seldom(),
            withdrawn=self._seldom(),
            task_stopped=self._seldom(),
            workflow_stopped=self._seldom(),
        )
        plain = {
            "kind": case.kind,
            "workflow": workflow,
            "step": step,
            "action": action,
            "person": case.principal,
            "api_role": case.api_role,
            "required_role": recommended.approver_role,
            "excluded": recommended.excluded,
            "accepted_by": case.accepted_by,
            "expired": expires <= NOW,
            **{name: getattr(case, name) for name in ("withdrawn", "decided", "task_stopped", "workflow_stopped")},
        }
        said = self._gate.decide(case, now=NOW)
        codes = decide(plain, self._workflows, self._tables)
        if isinstance(said, Verdict):
            return "decision", set(said.codes) == codes and bool(codes)
        return "decision", not codes and _well_made(said, case)

    def _triage(self) -> tuple[str, bool]:
        plain = {
            "kind": self._luck.choice(list(TriageKind)),
            "person": self._luck.choice(PEOPLE),
            "api_role": self._luck.choice(self._roles),
            "requesters": frozenset(self._some()),
            "scored": frozenset(self._some()),
            "contested_by": frozenset(self._some()),
            "reads_all": not self._seldom(),
            "task_stopped": self._seldom(),
            "workflow_stopped": self._seldom(),
        }
        said = self._gate.may_triage(TriageFacts(cause_kind="person", **plain))
        return "exception", set(said.codes) == triage(plain, self._tables)

    def _turn(self) -> tuple[str, bool]:
        luck = self._luck
        asked = SwitchFacts(
            Scope.WORKFLOW, "staffing", luck.choice(list(Turn)), luck.choice(PEOPLE), luck.choice(self._roles),
            luck.choice((None, *PEOPLE[:-1])),
        )  # fmt: skip
        plain = {name: getattr(asked, name) for name in ("turn", "person", "api_role", "stopped_by")}
        return "kill switch", set(self._gate.may_switch(asked).codes) == switch(plain, self._tables)

    def _informing(self) -> tuple[str, bool]:
        luck = self._luck
        purpose = luck.choice(("billing", "staffing", None))
        plain = {
            "person_level": luck.random() < 0.5,
            "purpose_recorded": luck.random() < 0.7,
            "purpose": purpose,
            "stated_purpose": luck.choice((None, "", purpose, "rating")),
            "task_stopped": self._seldom(),
            "workflow_stopped": self._seldom(),
        }
        said = self._gate.may_inform(Informing(task="missing_time", workflow="staffing", **plain))
        return "informing", set(said.codes) == inform(plain)

    def _text(self) -> tuple[str, bool]:
        luck = self._luck
        plain = {
            "hosted": luck.random() < 0.9,
            "route_region": luck.choice(REGIONS),
            "text_region": luck.choice(REGIONS),
            "personal": luck.random() < 0.5,
            "purpose_recorded": luck.random() < 0.7,
            "task_stopped": self._seldom(),
        }
        said = self._gate.may_use_route(RouteUse(task="sow", route="primary", **plain))
        return "text route", set(said.codes) == use_route(plain, self._tables)

    def _some(self) -> list[str]:
        return [each for each in PEOPLE[:-1] if self._luck.random() < 0.25]

    def _seldom(self) -> bool:
        return self._luck.random() < 0.1


def _well_made(said: Decision, case: DecisionCase) -> bool:
    """A decision is final at the last approval that it takes, and lives no longer than the recommendation did."""
    accepts = case.kind is DecisionKind.ACCEPT
    accepted = case.accepted_by | {case.principal} if accepts else case.accepted_by
    final = not accepts or len(accepted) >= case.recommended.approvals
    lives = said.expires_at - said.decided_at == case.recommended.expires_at - case.recommended.issued_at
    return said.accepted_by == accepted and said.final is final and lives
