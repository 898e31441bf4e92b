"""The gate agrees with the same rules written out in plain Python, code for code, on generated cases."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.actions import ACTIONS
from models.sensitivity import Sensitivity
from service.gate.alerts import Budgets
from service.gate.batch import Batch
from service.gate.decision import DecisionFacts, DecisionKind
from service.gate.entities import entities
from service.gate.grid import Grid
from service.gate.informing import Informing
from service.gate.judge import Judge
from service.gate.policy_files import load_policies
from service.gate.rounding import basis_points, is_whole_percent, up_to_two_digits
from service.gate.ruling import Cedar
from service.gate.switch import Scope, SwitchFacts, Turn
from service.gate.tables import SHIPPED_TABLES
from service.gate.text_route import RouteUse
from service.gate.triage import TriageFacts, TriageKind
from service.gate.visibility import Sight
from service.gate.workflow_files import SHIPPED_WORKFLOWS
from tests.benchmarks.gating import rules
from tests.benchmarks.gating.plain import plain_tables, plain_workflows

WORKFLOWS = plain_workflows(SHIPPED_WORKFLOWS)
TABLES = plain_tables(SHIPPED_TABLES.read_text())
STATEMENTS = load_policies().statements
ORDER = [statement.id for statement in STATEMENTS]
TERMS = [terms for workflow in WORKFLOWS.values() for terms in workflow.terms.values()]

people = st.sampled_from([None, "", "tara", "paul", "rita"])
names = st.sampled_from(["", "tara", "paul", "rita", "dora"])
some_names = st.frozensets(st.sampled_from(["tara", "paul", "rita", "dora"]))
often, seldom = st.sampled_from([True, True, True, True, False]), st.sampled_from([False, False, False, False, True])
roles = st.sampled_from(sorted(TABLES.visible))
regions = st.sampled_from([None, "", "DE", "EU", "GB", "US"])
near_a_floor = st.builds(
    lambda floor, off: min(1.0, max(0.0, float(floor) + off)),
    st.sampled_from(sorted({terms.floor for terms in TERMS})),
    st.sampled_from([0.0, -1e-12, -1e-9, 1e-9]),
)
near_a_limit = st.builds(
    lambda limit, off: max(0.0, float(limit) + off),
    st.sampled_from(sorted({limit for terms in TERMS for limit in (terms.limits or {}).values()})),
    st.sampled_from([0, 0.001, -0.001, 0.01, -0.01, 100]),
)
near_an_age = st.builds(
    lambda age, off: age + timedelta(seconds=off),
    st.sampled_from(sorted({workflow.stale_after for workflow in WORKFLOWS.values()})),
    st.sampled_from([0, -1, 1, 3600]),
)


@st.composite
def proposals(draw):
    """A proposal, most often one that some workflow allows somewhere."""
    name = draw(st.sampled_from(sorted(WORKFLOWS)))
    step, action = draw(st.sampled_from(sorted(WORKFLOWS[name].terms)))
    if draw(seldom):
        step = draw(st.sampled_from([*WORKFLOWS[name].steps, "nowhere"]))
    if draw(seldom):
        action = draw(st.sampled_from(list(ACTIONS)))
    tasks = st.sampled_from([*sorted(WORKFLOWS[name].tasks) * 3, "other_task"])
    purposes = st.sampled_from([None, None, "", WORKFLOWS[name].purpose, "pay"])
    return {"workflow": draw(st.sampled_from([name] * 9 + ["other"])), "step": step, "action": action} | draw(
        st.fixed_dictionaries({
            "task": tasks,
            "probability": st.one_of(st.none(), st.floats(0, 1), near_a_floor),
            "loss": st.one_of(st.none(), st.floats(0, 1e9), near_a_limit),
            "currency": st.sampled_from(["EUR", "EUR", "USD", "GBP", "CHF", "JPY", "KWD"]),
            "requester": people,
            "trainer": people,
            "promoter": people,
            "promoted": often,
            "calibrated": often,
            "drifted": seldom,
            "suspicious": seldom,
            "person_level": often,
            "purpose_recorded": often,
            "stated_purpose": purposes,
            "records_age": st.one_of(st.none(), near_an_age, st.timedeltas(timedelta(0), timedelta(days=10))),
            "task_stopped": seldom,
            "workflow_stopped": seldom,
            "alerts_left": st.sampled_from([None, None, 3, 1, 0, -1]),
            "alerts_countable": often,
        })
    )  # fmt: skip


@st.composite
def decisions(draw):
    """A person's decision on something that some workflow allows, or no longer."""
    name = draw(st.sampled_from(sorted(WORKFLOWS)))
    step, action = draw(st.sampled_from(sorted(WORKFLOWS[name].terms)))
    return {"action": action, "workflow": name} | draw(
        st.fixed_dictionaries({
            "step": st.sampled_from([step] * 5 + ["nowhere"]),
            "kind": st.sampled_from([kind.value for kind in DecisionKind]),
            "person": names,
            "api_role": roles,
            "required_role": st.sampled_from(sorted({role for held in TABLES.approves_as.values() for role in held})),
            "excluded": some_names,
            "accepted_by": some_names,
            "expired": seldom,
            "withdrawn": seldom,
            "decided": seldom,
            "task_stopped": seldom,
            "workflow_stopped": seldom,
        })
    )  # fmt: skip


@pytest.fixture(scope="module")
def codes(gate):
    """The codes of a question, which stand in the order of the files."""
    judge = Judge(gate.policies, Cedar(gate.policies, entities(gate.workflows, gate.tables)), "oracle", {})

    def ask(question):
        verdict = judge.judge([question])[0]
        assert verdict.permitted is (not verdict.codes)
        known = [code for code in verdict.codes if code in ORDER]
        assert known == sorted(known, key=ORDER.index)
        assert len(set(verdict.codes)) == len(verdict.codes)
        return set(verdict.codes)

    return ask


def test_the_rules_forbid_what_the_policies_forbid_and_nothing_else():
    assert {each.id for each in STATEMENTS if each.effect == "forbid"} == rules.FORBIDDING


@settings(max_examples=600)
@given(proposals())
def test_the_gate_agrees_with_the_rules_on_recommendations(codes, make_case, facts_of, case):
    budget = {name: case[name] for name in ("alerts_left", "alerts_countable")}
    made = make_case(**{name: value for name, value in case.items() if name not in budget})
    assert codes(facts_of(made, **budget)) == rules.recommend(case, WORKFLOWS)


@settings(max_examples=300)
@given(proposals())
def test_the_marks_of_a_grid_change_no_verdict(gate, make_case, case):
    """Told only which floors and limits are reached, the policies say what they say of the numbers themselves."""
    made = make_case(**{name: value for name, value in case.items() if not name.startswith("alerts")})
    judge = Judge(gate.policies, Cedar(gate.policies, entities(gate.workflows, gate.tables)), "oracle", {})
    fine = Batch(judge, Budgets(gate.workflows), Grid(gate.workflows, {"*"}))
    assert fine.judge([made], {})[0].verdict.codes == gate.judge(made, given={}).codes


@settings(max_examples=300)
@given(decisions())
def test_the_gate_agrees_with_the_rules_on_decisions(codes, case):
    facts = DecisionFacts(**case | {"kind": DecisionKind(case["kind"])})
    assert codes(facts) == rules.decide(case, WORKFLOWS, TABLES)


@given(st.fixed_dictionaries({
    "kind": st.sampled_from([kind.value for kind in TriageKind]),
    "person": names,
    "api_role": roles,
    "requesters": some_names,
    "scored": some_names,
    "contested_by": some_names,
    "reads_all": often,
    "task_stopped": seldom,
    "workflow_stopped": seldom,
}))  # fmt: skip
def test_the_gate_agrees_with_the_rules_on_exceptions(codes, case):
    facts = TriageFacts(cause_kind="project", **case | {"kind": TriageKind(case["kind"])})
    assert codes(facts) == rules.triage(case, TABLES)


@given(st.fixed_dictionaries({
    "turn": st.sampled_from(["stop", "resume"]),
    "person": names,
    "api_role": roles,
    "stopped_by": st.sampled_from([None, "tara", "dora"]),
    "scope": st.sampled_from(["task", "workflow"]),
}))  # fmt: skip
def test_the_gate_agrees_with_the_rules_on_kill_switches(codes, case):
    turned = {**case, "turn": Turn(case["turn"]), "scope": Scope(case["scope"])}
    assert codes(SwitchFacts(name="staffing", **turned)) == rules.switch(case, TABLES)


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("sensitivity", Sensitivity)
@pytest.mark.parametrize("api_role", TABLES.visible)
def test_the_gate_agrees_with_the_rules_on_who_sees_what(gate, codes, api_role, sensitivity, own):
    expected = rules.see({"api_role": api_role, "sensitivity": sensitivity, "own": own}, TABLES)
    assert codes(Sight(api_role, sensitivity, own)) == expected
    assert (sensitivity in gate.visibility.of(api_role, own=own)) is (not expected)


def test_a_role_that_the_tables_do_not_know_may_nothing_since_it_cannot_be_decided(gate, codes):
    assert codes(Sight("nobody", Sensitivity.CLIENT, own=False)) == {"policy_error"}
    assert codes(SwitchFacts(Scope.TASK, "staffing_risk", Turn.STOP, "dora", "nobody", None)) == {"policy_error"}
    assert gate.visibility.of("nobody") == frozenset()


@given(st.fixed_dictionaries({
    "workflow": st.sampled_from([None, "staffing"]),
    "person_level": often,
    "purpose_recorded": often,
    "purpose": st.sampled_from([None, "staffing", "billing"]),
    "stated_purpose": st.sampled_from([None, "", "staffing", "pay"]),
    "task_stopped": seldom,
    "workflow_stopped": seldom,
}))  # fmt: skip
def test_the_gate_agrees_with_the_rules_on_who_may_be_told_anything(codes, case):
    assert codes(Informing(task="staffing_risk", **case)) == rules.inform(case)


@given(st.fixed_dictionaries({
    "hosted": often,
    "route_region": regions,
    "text_region": regions,
    "personal": often,
    "purpose_recorded": often,
    "task_stopped": seldom,
}))  # fmt: skip
def test_the_gate_agrees_with_the_rules_on_where_texts_go(codes, case):
    assert codes(RouteUse(task="missing_time", route="primary", **case)) == rules.use_route(case, TABLES)


@given(st.floats(0, 1), st.integers(0, 100))
def test_rounding_a_probability_down_changes_no_comparison_with_a_whole_percent(probability, percent):
    assert is_whole_percent(percent / 100)
    reaches = Decimal(str(probability)) >= Decimal(percent) / 100
    assert (basis_points(probability) >= percent * 100) is reaches


@given(st.integers(0, 10**14), st.integers(1, 99), st.integers(0, 12))
def test_rounding_money_up_changes_no_comparison_with_two_digits(units, digits, zeros):
    limit = digits * 10**zeros
    assert up_to_two_digits(limit) == limit
    assert (up_to_two_digits(units) <= limit) is (units <= limit)
