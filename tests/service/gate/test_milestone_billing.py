"""What the workflow of milestone billing permits of what `milestone_miss` proposes."""

import pytest

from service.gate.recommendation import Recommendation

REMIND, DRAFT, ESCALATE = "remind_milestone_owner", "draft_acceptance_request", "escalate_milestone"
FORECAST = "propose_billing_forecast_update"
STEPS = {
    "planned": {REMIND, FORECAST},
    "due_soon": {REMIND, FORECAST, ESCALATE},
    "achieved": {REMIND, DRAFT, FORECAST, ESCALATE},
    "overdue": {DRAFT, FORECAST, ESCALATE},
    "billed": set(),
}


@pytest.mark.parametrize("step", STEPS)
def test_each_step_lets_out_what_helps_in_it_and_nothing_else(gate, make_case, now, step):
    about = {"workflow": "milestone_billing", "task": "milestone_miss", "person_level": False, "step": step}
    proposed = (REMIND, DRAFT, FORECAST, ESCALATE)
    cases = [make_case(action=action, subject="M-1", **about) for action in proposed]
    judged = zip(proposed, gate.recommend_all(cases, given={}, now=now), strict=True)
    assert {action for action, said in judged if isinstance(said, Recommendation)} == STEPS[step]


def test_a_forecast_update_says_by_how_many_days(gate, make_case, now):
    about = {"workflow": "milestone_billing", "task": "milestone_miss", "person_level": False, "step": "achieved"}
    said = gate.recommend(make_case(action=FORECAST, **about), given={}, now=now)
    assert said.text == "Look again at the month in which M1 of J1 is billed: 12 days after 2026-03-31."
