"""A million and more proposals as engines would make them, from a seed: mostly right, often nearly wrong."""

import datetime as dt
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import yaml

from models.actions import ACTIONS, Proposal
from models.money import MoneyAtRisk
from service.gate.case import Call, Case, ModelStanding

START = dt.datetime(2026, 3, 2, 6, tzinfo=dt.UTC)
SUBJECTS = 100
PEOPLE = ("anna", "rita", "tara", "paul", None, "")
CURRENCIES = ("EUR", "USD", "GBP", "CHF", "JPY", "KWD", None)
OFF = (0.0, 0.0, -1e-12, -1e-9, 1e-9, 0.004)
"""How far from a floor or a limit, relative to it."""


@dataclass(frozen=True)
class Asked:
    """One call of an engine: its cases, and when it came."""

    cases: Sequence[Case]
    now: dt.datetime


def raw_workflows(folder: Path) -> Mapping[str, Mapping[str, Any]]:
    """The workflow files as plain YAML, read without the gate."""
    read = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.yaml"))]
    return {each["name"]: each for each in read}


class Engines:
    """Engines that ask, a call after the other. The same seed asks the same."""

    def __init__(self, workflows: Mapping[str, Mapping[str, Any]], seed: int) -> None:
        self._luck = random.Random(seed)
        self._workflows = workflows
        self._tasks = sorted({task for each in workflows.values() for task in each["tasks"]})
        self._now = START

    def calls(self, cases: int) -> Iterator[Asked]:
        """Calls with so many cases in all."""
        for _ in range(0, cases, SUBJECTS):
            self._now += dt.timedelta(minutes=self._luck.randrange(1, 600))
            call = self._call()
            yield Asked([self._case(call) for _ in range(SUBJECTS)], self._now)

    def _call(self) -> Call:
        luck = self._luck
        name = luck.choice([*self._workflows] * 8 + ["no_such_workflow"])
        workflow = self._workflows.get(name)
        steps = [*workflow["steps"]] if workflow else ["open"]
        tasks = workflow["tasks"] if workflow else self._tasks
        purpose = workflow["purpose"] if workflow else "billing"
        promoter = luck.choice(PEOPLE if luck.random() < 0.2 else ("paul",))
        model = ModelStanding(
            name="m",
            version=str(luck.randrange(1, 9)),
            promoted=self._mostly(),
            calibrated=self._mostly(),
            drifted=not self._mostly(),
            trainer=luck.choice(PEOPLE if luck.random() < 0.2 else ("tara",)),
            promoter=promoter,
        )
        return Call(
            workflow=name,
            instance=f"I{luck.randrange(40)}",
            step=luck.choice(steps * 6 + ["nowhere"]),
            requester=luck.choice(PEOPLE if luck.random() < 0.2 else ("rita", "anna")),
            task=luck.choice([*tasks] * 8 + self._tasks),
            person_level=luck.random() < 0.5,
            purpose_recorded=luck.random() < 0.85,
            stated_purpose=luck.choice([None, None, None, "", purpose, purpose, "performance_rating"]),
            records_age=luck.choice([None, *(self._age(workflow) for _ in range(6))]),
            task_stopped=not self._mostly(),
            workflow_stopped=not self._mostly(),
            model=model,
            suspicious=not self._mostly(),
        )

    def _mostly(self) -> bool:
        return self._luck.random() < 0.96

    def _age(self, workflow: Mapping[str, Any] | None) -> dt.timedelta:
        edge = dt.timedelta(days=int(workflow["stale_after"][1:-1])) if workflow else dt.timedelta(days=2)
        off = self._luck.choice([dt.timedelta(0), dt.timedelta(seconds=1), dt.timedelta(minutes=-1)])
        return self._luck.choice(
            [*(dt.timedelta(hours=self._luck.randrange(40)) for _ in range(4)), edge + off, edge * 2]
        )

    def _case(self, call: Call) -> Case:
        luck = self._luck
        workflow = self._workflows.get(call.workflow)
        allowed = workflow["steps"].get(call.step, {}).get("actions", {}) if workflow else {}
        action = luck.choice([*allowed]) if allowed and luck.random() < 0.85 else luck.choice([*ACTIONS])
        terms = allowed.get(action, {})
        subject = f"S{luck.randrange(400)}"
        proposal = Proposal.of(action, self._params(action), "why")
        return Case(call, subject, proposal, self._probability(terms), self._money(terms))

    def _params(self, action: str) -> dict[str, Any]:
        return {
            name: self._param(name, field.annotation) for name, field in ACTIONS[action].params.model_fields.items()
        }

    def _param(self, name: str, kind: Any) -> Any:
        if name in {"person_id", "project_id"}:
            return f"{name[0].upper()}{self._luck.randrange(60)}"
        kinds = {kind, *get_args(kind)}
        values = {dt.date: dt.date(2026, 3, 2), int: 5, float: 4.0, str: "x1"}
        if get_origin(kind) is Literal:
            return self._luck.choice(get_args(kind))
        return next((value for of, value in values.items() if of in kinds), ("x1",))

    def _probability(self, terms: Mapping[str, Any]) -> float | None:
        luck = self._luck
        floor = terms.get("confidence_floor", 0.5)
        near = min(max(floor * (1 + luck.choice(OFF)), 0.0), 1.0)
        return luck.choice([None, luck.random(), luck.random(), near, near, min(1.0, floor + 0.3)])

    def _money(self, terms: Mapping[str, Any]) -> MoneyAtRisk:
        luck = self._luck
        limits = terms.get("money_limits") or {"EUR": 10_000}
        currency = luck.choice([*limits, *limits, *CURRENCIES])
        if currency is None:
            return MoneyAtRisk()
        limit = limits.get(currency, 5_000)
        amounts = (None, luck.random() * limit, limit * (1 + luck.choice(OFF)), limit + 0.01, limit * 3.0)
        return MoneyAtRisk(luck.choice(amounts), luck.choice(amounts), currency)
