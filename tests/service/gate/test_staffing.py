"""What the staffing workflow permits of what `staffing_risk` proposes."""

import pytest

from service.gate.gate import Recommendation

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
    judged = zip(PROPOSED, gate.recommend_all(cases, now=now), strict=True)
    assert {action for action, said in judged if isinstance(said, Recommendation)} == STEPS[step]
