"""What the margin review's workflow permits of what `margin_erosion` proposes."""

import pytest

from service.gate.recommendation import Recommendation

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
    judged = zip(PROPOSED, gate.recommend_all(cases, given={}, now=now), strict=True)
    assert {action for action, said in judged if isinstance(said, Recommendation)} == STEPS[step]


@pytest.mark.parametrize(
    ("step", "codes"), [("monitoring", ("above_money_limit",)), ("in_review", ())], ids=["manager", "review"]
)
def test_a_large_change_request_is_for_the_review_and_no_loss_is_too_large_to_get_there(gate, make_case, step, codes):
    about = {"workflow": "margin_review", "task": "margin_erosion", "person_level": False, "subject": "J1"}
    case = make_case(action="propose_change_request", loss=100_001.0, step=step, **about)
    assert gate.judge(case, given={}).codes == codes
    large = make_case(action="route_to_margin_review", loss=1e9, currency="JPY", step="monitoring", **about)
    assert gate.judge(large, given={}).permitted
