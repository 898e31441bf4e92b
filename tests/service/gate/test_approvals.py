"""What the approvals' workflow permits of what the summary of an approval proposes."""

from dataclasses import replace

import pytest

from models.actions import Proposal
from service.gate.recommendation import Recommendation

REMIND, ASK, REROUTE = "remind_approver", "draft_question_to_requester", "route_approval_to_other_approver"
ESCALATE, HOLD = "escalate_waiting_approval", "hold_approval_for_evidence"
PROPOSED = (REMIND, ASK, REROUTE, ESCALATE, HOLD)
ABOUT = {"workflow": "approvals", "task": "approval_summary", "person_level": False}
STEPS = {
    "waiting": set(PROPOSED),
    "questioned": {ASK, HOLD, ESCALATE},
    "escalated": {REMIND, REROUTE},
    "decided": set(),
}


@pytest.fixture
def asked(gate, make_case, now):
    """Asks about one action in one step and returns what the gate says."""

    def ask(action, step, **changes):
        return gate.recommend(make_case(action=action, step=step, subject="A1", **ABOUT, **changes), given={}, now=now)

    return ask


@pytest.mark.parametrize("step", STEPS)
def test_each_step_lets_out_what_helps_in_it_and_nothing_else(asked, step):
    assert {action for action in PROPOSED if isinstance(asked(action, step), Recommendation)} == STEPS[step]


@pytest.mark.parametrize(("step", "limit"), [("waiting", 50_000.0), ("escalated", 100_000.0)])
def test_whom_an_approval_is_put_before_takes_two_people_and_not_too_much_money(asked, step, limit):
    assert asked(REROUTE, step, loss=limit).requires.approvals == 2
    assert asked(REROUTE, step, loss=limit + 1).verdict.codes == ("above_money_limit",)


def test_an_approver_is_reminded_of_five_approvals_a_week_and_not_of_a_sixth(gate, make_case, now):
    one = make_case(action=REMIND, step="waiting", **ABOUT)
    params = dict(one.proposal.params)
    cases = [
        replace(one, subject=name, proposal=Proposal.of(REMIND, params | {"approval_id": name}, "It waits."))
        for name in (f"A{number}" for number in range(6))
    ]
    said = gate.recommend_all(cases, given={}, now=now)
    assert [isinstance(each, Recommendation) for each in said] == [True] * 5 + [False]
    assert said[5].verdict.codes == ("alert_budget_spent",)


def test_records_of_yesterday_are_too_old_to_chase_an_approver_by(asked, make_case):
    age = make_case().call.records_age
    assert isinstance(asked(REMIND, "waiting", records_age=age * 2), Recommendation)
    assert asked(REMIND, "waiting", records_age=age * 3).verdict.codes == ("records_stale",)
