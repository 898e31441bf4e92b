"""The gate agrees with the same rules written out in plain Python, code for code, on generated cases."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from models.actions import ACTIONS
from service.gate.rounding import basis_points, is_whole_percent, up_to_two_digits
from service.gate.policy_files import load_policies

# The workflow once more, by hand: floor in percent, and limits by currency where there are any.
LIMITS = {"EUR": 10_000, "USD": 11_000, "GBP": 8_500, "CHF": 10_000}
ALLOWED = {
    ("open", "remind_consultant"): (30, None),
    ("open", "offer_draft_entries"): (50, None),
    ("reminder_sent", "offer_draft_entries"): (40, None),
    ("reminder_sent", "notify_project_manager"): (60, None),
    ("cutoff", "notify_project_manager"): (50, None),
    ("cutoff", "route_to_finance_review"): (70, LIMITS),
    ("submitted", "route_entry_to_project_manager"): (30, None),
    ("submitted", "hold_entry_for_review"): (50, None),
    **{
        (step, "ask_consultant_to_check_entry"): (20, None) for step in ("open", "reminder_sent", "cutoff", "submitted")
    },
}
TASKS = {"missing_time", "unusual_time"}
ORDER = [statement.id for statement in load_policies().statements]

people = st.sampled_from([None, "", "tara", "paul", "rita"])
often = st.sampled_from([True, True, True, False])
near_a_floor = st.builds(
    lambda floor, off: floor / 100 + off,
    st.sampled_from([20, 30, 40, 50, 60, 70]),
    st.sampled_from([0.0, -1e-12, -1e-9, 1e-9]),
)
near_a_limit = st.builds(
    lambda limit, off: limit + off,
    st.sampled_from(sorted(set(LIMITS.values()))),
    st.sampled_from([0, 0.001, -0.001, 0.01, -0.01, 100]),
)
cases = st.fixed_dictionaries({
    "workflow": st.sampled_from(["time_and_expense"] * 6 + ["other"]),
    "step": st.sampled_from(["open", "reminder_sent", "cutoff", "cutoff", "submitted", "approved", "nowhere"]),
    "action": st.sampled_from(list(ACTIONS)),
    "task": st.sampled_from(["missing_time", "unusual_time"] * 3 + ["staffing_risk"]),
    "probability": st.one_of(st.none(), st.floats(0, 1), near_a_floor),
    "loss": st.one_of(st.none(), st.floats(0, 1e9), near_a_limit),
    "currency": st.sampled_from(["EUR", "USD", "GBP", "CHF", "JPY", "KWD"]),
    "requester": people,
    "trainer": people,
    "promoter": people,
    "promoted": often,
    "calibrated": often,
    "person_level": often,
    "purpose_recorded": often,
})  # fmt: skip


RULES = {
    "requester_unknown": lambda case: not case["requester"],
    "trainer_unknown": lambda case: terms_of(case) and not case["trainer"],
    "promoter_unknown": lambda case: terms_of(case) and case["promoted"] and not case["promoter"],
    "self_promoted": lambda case: case["trainer"] and case["trainer"] == case["promoter"],
    "purpose_missing": lambda case: case["person_level"] and not case["purpose_recorded"],
    "model_unpromoted": lambda case: not case["promoted"],
    "model_uncalibrated": lambda case: not case["calibrated"],
    "below_confidence_floor": lambda case: terms_of(case) and not reaches(case["probability"], terms_of(case)[0]),
    "money_unknown": lambda case: limited(case) and case["loss"] is None,
    "currency_without_limit": lambda case: limited(case) and case["currency"] not in LIMITS,
    "above_money_limit": lambda case: limited(case) and exceeds(case["loss"], LIMITS.get(case["currency"])),
}


def terms_of(case):
    return ALLOWED.get((case["step"], case["action"])) if case["workflow"] == "time_and_expense" else None


def limited(case):
    return terms_of(case) is not None and terms_of(case)[1] is not None


def reaches(probability, percent):
    return probability is not None and Decimal(str(probability)) * 100 >= percent


def exceeds(loss, limit):
    return loss is not None and limit is not None and Decimal(str(loss)) > limit


def expected_codes(case):
    """The refusals that the rules call for, in no order; empty is permitted."""
    codes = {code for code, refuses in RULES.items() if refuses(case)}
    if not codes and (not terms_of(case) or case["task"] not in TASKS):
        return {"not_allowed_in_step"}
    return codes


def test_the_oracle_has_a_rule_for_every_policy_that_forbids():
    assert {"allowed_in_step", *RULES} == set(ORDER)


@settings(max_examples=400, deadline=None)
@given(cases)
def test_the_gate_agrees_with_the_rules_written_out(gate, make_case, case):
    verdict = gate.judge(make_case(**case), given={})
    codes = expected_codes(case)
    assert set(verdict.codes) == codes
    assert verdict.permitted is (not codes)
    assert list(verdict.codes) == sorted(verdict.codes, key=(*ORDER, "not_allowed_in_step").index)


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
