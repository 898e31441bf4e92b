"""What the staffing workflow permits of what `staffing_risk` proposes."""

import pytest

from service.gate.recommendation import Recommendation

PROPOSED = (
    "remind_staffing_owner", "escalate_staffing_request", "propose_wider_search", "propose_contractor_search",
)  # fmt: skip
STEPS = {
    "requested": {"remind_staffing_owner"},
    "searching": {"remind_staffing_owner", "escalate_staffing_request", "propose_wider_search"},
    "escalated": {"propose_wider_search", "propose_contractor_search"},
    "filled": set(),
    "cancelled": set(),
}


@pytest.mark.parametrize("step", STEPS)
def test_each_step_lets_out_what_helps_in_it_and_nothing_else(gate, make_case, now, step):
    about = {"workflow": "staffing", "task": "staffing_risk", "person_level": False, "step": step}
    cases = [make_case(action=action, subject="RR-17", **about) for action in PROPOSED]
    judged = zip(PROPOSED, gate.recommend_all(cases, given={}, now=now), strict=True)
    assert {action for action, said in judged if isinstance(said, Recommendation)} == STEPS[step]


def test_a_contractor_search_takes_two_delivery_leads_who_had_no_hand_in_it(gate, make_case, now):
    about = {"workflow": "staffing", "task": "staffing_risk", "person_level": False, "step": "escalated"}
    requires = gate.recommend(make_case(action="propose_contractor_search", **about), given={}, now=now).requires
    assert (requires.approver_role, requires.approvals) == ("delivery_lead", 2)
    assert requires.excluded == ("paul", "rita", "tara")
