"""What the workflow of milestone billing permits of what `milestone_miss` proposes."""

import pytest

from service.gate.gate import Recommendation

REMIND, DRAFT, ESCALATE = "remind_milestone_owner", "draft_acceptance_request", "escalate_milestone"
STEPS = {
    "planned": {REMIND},
    "due_soon": {REMIND, ESCALATE},
    "achieved": {REMIND, DRAFT, ESCALATE},
    "overdue": {DRAFT, ESCALATE},
    "billed": set(),
}


@pytest.mark.parametrize("step", STEPS)
def test_each_step_lets_out_what_helps_in_it_and_nothing_else(gate, make_case, now, step):
    about = {"workflow": "milestone_billing", "task": "milestone_miss", "person_level": False, "step": step}
    proposed = (REMIND, DRAFT, ESCALATE)
    cases = [make_case(action=action, subject="M-1", **about) for action in proposed]
    judged = zip(proposed, gate.recommend_all(cases, now=now), strict=True)
    assert {action for action, said in judged if isinstance(said, Recommendation)} == STEPS[step]
