"""No budget is ever exceeded, whatever is asked in whatever order, and the same alert said again is one."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.actions import ACTIONS
from service.gate.alerts import Alert, AlertKey, likeliest_first
from service.gate.gate import Gate
from service.gate.policy_files import load_policies
from service.gate.recommendation import Recommendation
from service.gate.tables import load_tables
from service.gate.workflow import Per
from service.gate.workflow_files import load_workflows
from tests.benchmarks.gating.budgets import Given
from tests.benchmarks.gating.plain import plain_workflow
from tests.service.gate.conftest import NOW

WORKFLOW = """\
name: alerting
version: 1
description: Reminders and escalations, both counted.
purpose: time_submission
tasks: [missing_time]
stale_after: P7D
alert_budgets:
  - {kind: remind, per: person, at_most: 2}
  - {kind: escalate, per: person, at_most: 1, within: P2D}
  - {kind: escalate, per: project, at_most: 3}
start: open
steps:
  open:
    description: Running.
    owner: pmo
    actions:
      remind_consultant:
        {approver_role: project_manager, expires_in: PT12H, confidence_floor: 0.10, text: "Remind {person_id}."}
      notify_project_manager:
        {approver_role: project_manager, expires_in: PT12H, confidence_floor: 0.10, text: "Tell of {person_id}."}
"""
PLAIN = plain_workflow(WORKFLOW)


@pytest.fixture(scope="module")
def gate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("alerting")
    (folder / "alerting.yaml").write_text(WORKFLOW)
    return Gate(load_policies(), load_workflows(folder), load_tables())


class Memory:
    """What the store does: remembers when each alert was said last."""

    def __init__(self):
        self.said = {}

    def given(self, keys, now):
        found = {}
        for (key, alert), at in self.said.items():
            if key in keys and at > now - keys[key]:
                found[key] = found.get(key, frozenset()) | {alert}
        return found

    def take(self, recommendations, now):
        self.said |= {(each.key, each.alert): now for said in recommendations for each in said.counted}


@pytest.fixture(scope="module")
def propose(make_case):
    """A case of the workflow about a person of a project."""

    def make(action="remind_consultant", *, person="P1", project="J1", day=2, probability=0.9, instance="I1"):
        named = {"person_id": person, "project_id": project}
        case = make_case(
            workflow="alerting", action=action, subject=f"{person}/2026-03-{day:02}", probability=probability,
            instance=instance,
        )  # fmt: skip
        changed = {name: value for name, value in named.items() if name in ACTIONS[action].params.model_fields}
        params = case.proposal.params.model_copy(update=changed)
        return replace(case, proposal=replace(case.proposal, params=params))

    return make


asked = st.fixed_dictionaries({
    "action": st.sampled_from(["remind_consultant", "notify_project_manager"]),
    "person": st.sampled_from(["P1", "P2"]),
    "project": st.sampled_from(["J1", "J2"]),
    "day": st.integers(2, 5),
    "probability": st.sampled_from([0.2, 0.5, 0.9]),
    "instance": st.sampled_from(["I1", "I2"]),
})  # fmt: skip
calls = st.lists(st.tuples(st.integers(0, 80), st.lists(asked, min_size=1, max_size=6)), max_size=8)


@given(calls)
def test_no_order_of_calls_exceeds_a_budget_and_nothing_else_is_withheld_for_one(gate, propose, calls):
    memory, plain, now = Memory(), Given(), NOW
    for hours, proposals in calls:
        now += timedelta(hours=hours)
        cases = [propose(**each) for each in proposals]
        answers = gate.recommend_all(cases, given=memory.given(gate.alert_keys(cases), now), now=now)
        memory.take([said for said in answers if isinstance(said, Recommendation)], now)
        for place in likeliest_first(cases):
            case = _plain(cases[place])
            left = plain.left(case, PLAIN, now)
            assert isinstance(answers[place], Recommendation) is (left > 0)
            if left > 0:
                plain.give(case, PLAIN, now)
        assert all(plain.most(PLAIN.name, budget, now) <= budget.at_most for budget in PLAIN.budgets)


def _plain(case):
    params = case.proposal.params.model_dump()
    return {
        "workflow": case.call.workflow, "instance": case.call.instance, "step": case.call.step,
        "action": case.proposal.action, "subject": case.subject, "params": params,
    }  # fmt: skip


def test_the_same_alert_said_again_is_one(gate, propose):
    once = propose()
    key = AlertKey("alerting", ACTIONS["remind_consultant"].kind, Per.PERSON, "P1")
    others = frozenset({Alert("I1", "open", "remind_consultant", "P1/2026-03-03")})
    said = Alert("I1", "open", "remind_consultant", "P1/2026-03-02")
    assert gate.judge(once, given={key: others}).permitted
    assert gate.judge(once, given={key: others | {said}}).permitted
    assert gate.judge(propose(day=4), given={key: others | {said}}).codes == ("alert_budget_spent",)


def test_in_one_call_the_likeliest_trouble_is_alerted_about(gate, propose, now):
    cases = [propose(day=day, probability=probability) for day, probability in ((2, 0.4), (3, 0.9), (4, 0.6))]
    answers = gate.recommend_all(cases, given={}, now=now)
    assert [isinstance(said, Recommendation) for said in answers] == [False, True, True]


def test_a_proposal_that_is_withheld_for_another_reason_takes_nothing(gate, propose, now):
    cases = [propose(day=2, probability=0.05), propose(day=3), propose(day=4)]
    answers = gate.recommend_all(cases, given={}, now=now)
    assert [isinstance(said, Recommendation) for said in answers] == [False, True, True]


def test_a_recommendation_names_the_budgets_that_it_takes_from(gate, propose, now):
    said = gate.recommend(propose("notify_project_manager"), given={}, now=now)
    assert [(each.key.per, each.key.about, each.at_most, each.within.days) for each in said.counted] == [
        (Per.PERSON, "P1", 1, 2),
        (Per.PROJECT, "J1", 3, 7),
    ]
    assert gate.alert_keys([propose("notify_project_manager")]) == {each.key: each.within for each in said.counted}


def test_what_is_said_of_nobody_known_cannot_be_counted(gate, make_case, monkeypatch):
    params = ACTIONS["remind_consultant"].params
    monkeypatch.setattr(params, "person", None)
    assert gate.judge(make_case(workflow="alerting"), given={}).codes == ("alerts_uncountable",)
