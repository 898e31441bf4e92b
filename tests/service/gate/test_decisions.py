"""Who may decide on a recommendation, how many have to, and that only the gate makes a decision of it."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from service.gate.decision import Decision, DecisionCase, DecisionKind, Recommended
from service.gate.verdict import Verdict
from tests.service.gate.conftest import NOW

RECOMMENDED = Recommended(
    jti="0f4d", workflow="time_and_expense", workflow_version=3, instance="TE-2026-10", step="open",
    subject="P1/2026-03-02", task="missing_time", action="remind_consultant", params={},
    approver_role="project_manager", excluded=("paul", "rita", "tara"), approvals=1,
    model_name="missing_time", model_version="3", policy_version="a1b2", issued_at=NOW,
    expires_at=NOW + timedelta(hours=12),
)  # fmt: skip
CASE = DecisionCase(
    recommended=RECOMMENDED, kind=DecisionKind.ACCEPT, principal="dora", api_role="delivery_lead",
    accepted_by=frozenset(), decided=False, withdrawn=False, task_stopped=False, workflow_stopped=False,
)  # fmt: skip
TWO = replace(RECOMMENDED, approvals=2)


def test_an_accept_by_whom_it_was_signed_for_is_a_final_decision(gate):
    decided = gate.decide(CASE, now=NOW)
    assert isinstance(decided, Decision)
    assert (decided.final, decided.accepted_by, decided.verdict.policies) == (True, {"dora"}, ("may_decide",))
    assert decided.expires_at - decided.decided_at == timedelta(hours=12)


def test_where_two_have_to_accept_the_second_one_makes_it_final(gate):
    first = gate.decide(replace(CASE, recommended=TWO), now=NOW)
    assert (first.final, first.accepted_by) == (False, {"dora"})
    second = gate.decide(replace(CASE, recommended=TWO, principal="karl", accepted_by=first.accepted_by), now=NOW)
    assert (second.final, second.accepted_by) == (True, {"dora", "karl"})


def test_the_same_principal_twice_is_not_two(gate):
    again = gate.decide(replace(CASE, recommended=TWO, accepted_by=frozenset({"dora"})), now=NOW)
    assert isinstance(again, Verdict)
    assert again.codes == ("same_principal_twice",)


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"principal": "rita"}, ("separation_of_duties",)),
        ({"principal": "tara"}, ("separation_of_duties",)),
        ({"principal": "paul"}, ("separation_of_duties",)),
        ({"principal": ""}, ("decider_unknown",)),
        ({"api_role": "finance"}, ("may_not_decide",)),
        ({"api_role": "orchestrator"}, ("may_not_decide",)),
        ({"decided": True}, ("already_decided",)),
        ({"withdrawn": True}, ("recommendation_withdrawn",)),
        ({"task_stopped": True}, ("accept_while_task_stopped",)),
        ({"workflow_stopped": True}, ("accept_while_workflow_stopped",)),
        ({"recommended": replace(RECOMMENDED, step="approved")}, ("no_longer_allowed",)),
        ({"recommended": replace(RECOMMENDED, step="gone")}, ("no_longer_allowed",)),
        ({"recommended": replace(RECOMMENDED, approver_role="finance_reviewer")}, ("may_not_decide",)),
    ],
)
def test_an_accept_is_refused_with_its_code(gate, changes, codes):
    assert gate.decide(replace(CASE, **changes), now=NOW).codes == codes


def test_it_expires_at_its_instant_and_not_before(gate):
    end = RECOMMENDED.expires_at
    assert isinstance(gate.decide(CASE, now=end - timedelta(seconds=1)), Decision)
    assert gate.decide(CASE, now=end).codes == ("recommendation_expired",)


def test_a_dismissal_is_final_approves_nothing_and_is_open_to_who_had_a_hand_in_it(gate):
    decided = gate.decide(replace(CASE, kind=DecisionKind.DISMISS, principal="rita", recommended=TWO), now=NOW)
    assert (decided.final, decided.accepted_by) == (True, frozenset())


def test_only_the_gate_makes_a_decision(gate):
    made = gate.decide(CASE, now=NOW)
    values = {field.name: getattr(made, field.name) for field in fields(made)}
    with pytest.raises(TypeError, match="only the gate makes a decision"):
        Decision(**values, seal=object())
    with pytest.raises((TypeError, ValueError), match="seal"):
        replace(made, final=True)
