"""What the margin review's workflow permits of what `margin_erosion` proposes."""

import pytest

from service.gate.gate import Recommendation

PROPOSED = (
    "propose_forecast_update", "propose_change_request", "propose_staffing_mix_review", "route_to_margin_review",
)  # fmt: skip
STEPS = {
    "monitoring": set(PROPOSED),
    "variance_crossed": {"propose_forecast_update", "route_to_margin_review"},
    "in_review": {"propose_change_request", "propose_staffing_mix_review"},
    "replanned": {"propose_forecast_update"},
    "closed": set(),
}


@pytest.mark.parametrize("step", STEPS)
def test_each_step_lets_out_what_helps_in_it_and_nothing_else(gate, make_case, now, step):
    about = {"workflow": "margin_review", "task": "margin_erosion", "person_level": False, "step": step}
    cases = [make_case(action=action, subject="J1", **about) for action in PROPOSED]
    judged = zip(PROPOSED, gate.recommend_all(cases, now=now), strict=True)
    assert {action for action, said in judged if isinstance(said, Recommendation)} == STEPS[step]
