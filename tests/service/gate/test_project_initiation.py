"""What project initiation permits of what the classifier of statements of work proposes."""

import pytest

from service.gate.recommendation import Recommendation

TEMPLATE, RATES, COMPLIANCE = "propose_project_template", "route_to_rate_card_validation", "route_to_compliance_check"
CONTRACTORS, CHECKLIST = "propose_contractor_procurement", "draft_kickoff_checklist"
REMIND, ESCALATE = "remind_onboarding_owner", "escalate_kickoff_readiness"
PROPOSED = (TEMPLATE, RATES, COMPLIANCE, CONTRACTORS, CHECKLIST, REMIND, ESCALATE)
STEPS = {
    "deal_won": {COMPLIANCE},
    "delivery_review": {TEMPLATE, RATES, COMPLIANCE},
    "template_proposed": {RATES, COMPLIANCE, CHECKLIST},
    "rate_card_validation": {TEMPLATE, CHECKLIST},
    "kickoff_readiness": {CONTRACTORS, COMPLIANCE, REMIND, ESCALATE},
    "start_at_risk": {CONTRACTORS, REMIND, ESCALATE},
    "kicked_off": set(),
    "withdrawn": set(),
}


@pytest.fixture
def asked(gate, make_case, now):
    """Asks about one action in one step and returns what the gate says."""

    def ask(action, step, **changes):
        about = {"workflow": "project_initiation", "task": "sow", "person_level": False, "subject": "S1"}
        return gate.recommend(make_case(action=action, step=step, **about, **changes), given={}, now=now)

    return ask


@pytest.mark.parametrize("step", STEPS)
def test_each_step_lets_out_what_helps_in_it_and_nothing_else(asked, step):
    assert {action for action in PROPOSED if isinstance(asked(action, step), Recommendation)} == STEPS[step]


@pytest.mark.parametrize(
    ("action", "step", "role", "approvals"),
    [
        (TEMPLATE, "delivery_review", "delivery_lead", 1),
        (TEMPLATE, "rate_card_validation", "delivery_lead", 2),
        (RATES, "delivery_review", "finance_reviewer", 1),
        (CONTRACTORS, "kickoff_readiness", "delivery_lead", 2),
        (CONTRACTORS, "start_at_risk", "delivery_lead", 2),
    ],
)
def test_what_costs_most_to_undo_takes_two_people(asked, action, step, role, approvals):
    requires = asked(action, step).requires
    assert (requires.approver_role, requires.approvals) == (role, approvals)
    assert requires.excluded == ("paul", "rita", "tara")


@pytest.mark.parametrize(
    ("loss", "currency", "code"),
    [
        (250_000.0, "EUR", None),
        (250_001.0, "EUR", "above_money_limit"),
        (1.0, "JPY", "currency_without_limit"),
        (None, None, "money_unknown"),
    ],
)
def test_contractors_are_proposed_within_the_limit_and_where_the_money_is_known(asked, loss, currency, code):
    said = asked(CONTRACTORS, "kickoff_readiness", loss=loss, currency=currency)
    assert said.verdict.codes == (() if code is None else (code,))


def test_the_wording_is_the_workflows_with_the_parameters_in_it(asked):
    assert asked(COMPLIANCE, "kickoff_readiness").text == (
        "Put S1 before whoever checks data_protection; the kickoff waits for it."
    )
    assert asked(TEMPLATE, "delivery_review").text == (
        "Propose to set S1 up as data_platform, from the template fixed_price_build."
    )
