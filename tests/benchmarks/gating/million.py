"""Generated proposals through the gate, each verdict and each recommendation held against what the files say.

The oracle judges a call as the gate has to: each proposal as if it were alone, then those that share a budget by their
probability, the likeliest first.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gating.asked import Asked
from gating.budgets import Given
from gating.outside import outside
from gating.plain import PlainWorkflow
from gating.rules import recommend
from service.gate.alerts import Alert, AlertKey, AlertsGiven
from service.gate.case import Case
from service.gate.gate import Gate
from service.gate.recommendation import Recommendation

LONGEST_WINDOW = dt.timedelta(days=31)
Plain = dict[str, Any]
Workflows = Mapping[str, PlainWorkflow]


@dataclass
class Found:
    """What came of the calls: how many cases, what was recommended, and whatever must not have been."""

    cases: int = 0
    recommended: int = 0
    disagreements: int = 0
    outside: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)


def held_against(gate: Gate, calls: Iterable[Asked], workflows: Workflows, files: Mapping[str, Any]) -> Iterator[Found]:
    """After each call all that was found so far. ``files`` are the same workflows as raw YAML."""
    given, found = Given(), Found()
    for asked in calls:
        cases, now = asked.cases, asked.now
        given.forget(now - LONGEST_WINDOW)
        said = gate.recommend_all(cases, given=_still_counting(given, gate.alert_keys(cases), now), now=now)
        plain = [_plain(case) for case in cases]
        expected = _expected(plain, workflows, given, now)
        for case, each, codes, answer in zip(cases, plain, expected, said, strict=True):
            made = isinstance(answer, Recommendation)
            told = frozenset() if made else frozenset(answer.verdict.codes)
            found.cases += 1
            found.recommended += made
            found.disagreements += told != codes
            found.codes.update(told)
            if isinstance(answer, Recommendation):
                found.outside.update(outside(case, answer, files))
                given.give(each, workflows.get(each["workflow"]), now)
        found.outside["budget"] += _exceeded(workflows, given, cases, now)
        yield found


def _expected(plain: Sequence[Plain], workflows: Workflows, given: Given, now: dt.datetime) -> list[frozenset[str]]:
    taken = Given({key: dict(alerts) for key, alerts in given.alerts.items()}) if plain else given
    alone = [_told(case, workflows, given, now) for case in plain]
    codes = [frozenset(recommend(case, workflows)) for case in alone]
    for place in sorted(range(len(plain)), key=lambda place: -(plain[place]["probability"] or 0.0)):
        case = plain[place]
        if codes[place] or alone[place]["alerts_left"] is None:
            continue
        codes[place] = frozenset(recommend(_told(case, workflows, taken, now), workflows))
        if not codes[place]:
            taken.give(case, workflows[case["workflow"]], now)
    return codes


def _told(case: Plain, workflows: Workflows, given: Given, now: dt.datetime) -> Plain:
    workflow = workflows.get(case["workflow"])
    budgets = {"alerts_left": given.left(case, workflow, now), "alerts_countable": given.countable(case, workflow)}
    return case | budgets


def _still_counting(given: Given, keys: Mapping[AlertKey, dt.timedelta], now: dt.datetime) -> AlertsGiven:
    return {
        key: frozenset(
            Alert(*alert)
            for alert, at in given.alerts.get((key.workflow, key.kind, key.per, key.about), {}).items()
            if now - at < within
        )
        for key, within in keys.items()
    }


def _exceeded(workflows: Workflows, given: Given, cases: Sequence[Case], now: dt.datetime) -> int:
    """How many budgets of the call's workflow hold more alerts than they may."""
    workflow = workflows.get(cases[0].call.workflow)
    if workflow is None:
        return 0
    return sum(given.most(workflow.name, budget, now) > budget.at_most for budget in workflow.budgets)


def _plain(case: Case) -> Plain:
    call, model = case.call, case.call.model
    return {
        "workflow": call.workflow,
        "instance": call.instance,
        "step": call.step,
        "task": call.task,
        "subject": case.subject,
        "action": case.proposal.action,
        "params": case.proposal.params.model_dump(),
        "probability": case.probability,
        "loss": case.money.at_stake,
        "currency": case.money.currency,
        "requester": call.requester,
        "stated_purpose": call.stated_purpose,
        "records_age": call.records_age,
        **{name: getattr(call, name) for name in _OF_CALL},
        **{name: getattr(model, name) for name in _OF_MODEL},
    }


_OF_CALL = ("person_level", "purpose_recorded", "task_stopped", "workflow_stopped", "suspicious")
_OF_MODEL = ("promoted", "calibrated", "drifted", "trainer", "promoter")
