"""The shipped workflows, taken together: nothing in the vocabulary is idle, and no state is nobody's."""

import pytest

from models.actions import ACTIONS, ActionKind
from models.catalog import TASKS
from service.gate.tables import load_tables
from service.gate.workflow import Duty, Per
from service.gate.workflow_files import load_workflows

SHIPPED = load_workflows().by_name
TERMS = [
    (f"{workflow.name}/{name}/{action}", action, terms)
    for workflow in SHIPPED.values()
    for name, step in workflow.steps.items()
    for action, terms in step.actions.items()
]
every_terms = pytest.mark.parametrize(
    ("action", "terms"), [each[1:] for each in TERMS], ids=[each[0] for each in TERMS]
)
every_workflow = pytest.mark.parametrize("workflow", SHIPPED.values(), ids=SHIPPED)


def test_all_the_work_of_a_firm_is_governed():
    assert set(SHIPPED) == {
        "project_initiation", "staffing", "time_and_expense", "margin_review", "milestone_billing", "approvals",
    }  # fmt: skip


def test_every_action_of_the_vocabulary_is_allowed_in_some_step_of_some_workflow():
    assert {action for _, action, _ in TERMS} == set(ACTIONS)


def test_every_task_may_propose_in_some_workflow():
    assert set(TASKS) | {"sow", "approval_summary"} == {task for each in SHIPPED.values() for task in each.tasks}


@every_workflow
def test_every_step_is_reached_from_the_start_and_has_an_owner_who_can_decide(workflow):
    onward = {}
    for transition in workflow.transitions:
        onward.setdefault(transition.from_step, set()).add(transition.to_step)
    reached = {workflow.start}
    while new := set().union(*(onward.get(step, set()) for step in reached)) - reached:
        reached |= new
    deciding = set().union(*load_tables().approves_as.values())
    assert reached == set(workflow.steps)
    assert {step.owner for step in workflow.steps.values()} <= deciding


@every_workflow
def test_where_a_workflow_is_over_nothing_is_recommended_and_from_anywhere_it_can_end(workflow):
    over = {name for name, step in workflow.steps.items() if step.description.endswith("the workflow is over.")}
    assert over
    assert over >= set(workflow.steps) - {transition.from_step for transition in workflow.transitions}
    assert not any(workflow.steps[name].actions for name in over)
    ends = set(over)
    while before := {each.from_step for each in workflow.transitions if each.to_step in ends} - ends:
        ends |= before
    assert ends == set(workflow.steps)


@every_workflow
def test_no_transition_is_stated_twice(workflow):
    stated = [(each.from_step, each.to_step) for each in workflow.transitions]
    assert len(set(stated)) == len(stated)


@every_workflow
def test_reminders_and_escalations_have_a_budget(workflow):
    alerting = {ACTIONS[action].kind for step in workflow.steps.values() for action in step.actions}
    budgeted = {budget.kind for budget in workflow.alert_budgets}
    assert {ActionKind.REMIND, ActionKind.ESCALATE} & alerting <= budgeted


def test_people_are_reminded_a_few_times_a_week_and_projects_escalated_a_few_times():
    per = {
        (workflow.name, each.kind, each.per): each for workflow in SHIPPED.values() for each in workflow.alert_budgets
    }
    for place in (("time_and_expense", ActionKind.REMIND, Per.PERSON), ("approvals", ActionKind.REMIND, Per.PERSON),
                  ("time_and_expense", ActionKind.ESCALATE, Per.PROJECT),
                  ("milestone_billing", ActionKind.ESCALATE, Per.PROJECT)):  # fmt: skip
        assert per[place].at_most <= 5
        assert per[place].within.days == 7


@every_terms
def test_who_had_a_hand_in_a_recommendation_never_approves_what_comes_of_it(action, terms):
    assert set(terms.separation) == set(Duty)


@every_terms
def test_a_wording_begins_with_what_its_kind_asks_for(action, terms):
    first = {
        ActionKind.REMIND: ("Remind ", "Ask "),
        ActionKind.ROUTE: ("Put ", "Ask "),
        ActionKind.DRAFT: ("Draft ", "Offer "),
        ActionKind.ESCALATE: ("Put ", "Ask ", "Tell "),
        ActionKind.PROPOSE: ("Propose ", "Look ", "Price ", "Forecast "),
        ActionKind.HOLD: ("Ask that ",),
    }
    assert terms.text.startswith(first[ACTIONS[action].kind])


@pytest.mark.parametrize("action", ["propose_contractor_search", "propose_contractor_procurement"])
def test_buying_people_in_is_proposed_to_two_and_within_a_limit_everywhere(action):
    found = [terms for _, name, terms in TERMS if name == action]
    assert found
    assert all(terms.approvals == 2 and terms.money_limits for terms in found)


def test_a_limit_is_stated_in_every_currency_that_another_limit_is_stated_in():
    assert {frozenset(terms.money_limits) for *_, terms in TERMS if terms.money_limits} == {
        frozenset({"EUR", "USD", "GBP", "CHF"})
    }
