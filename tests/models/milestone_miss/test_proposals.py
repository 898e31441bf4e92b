"""What waits on a milestone, and what might help."""

import datetime as dt

import polars as pl
import pytest

from models.actions import ACTIONS
from models.forecast import Expected, Forecast
from models.milestone_miss.proposals import COST_OF_CAPITAL, money, propose
from tests.models.milestone_miss.rows import MONDAY

REMIND, DRAFT, ESCALATE = "remind_milestone_owner", "draft_acceptance_request", "escalate_milestone"
FORECAST = "propose_billing_forecast_update"


def proposed(subject_id="M-1", probability=0.6, band="high", days_late=None, **cells):
    expected = None if days_late is None else Expected(days_late, 0.0, days_late, 2 * days_late)
    snapshot = {"as_of": MONDAY, "project_id": "P-1", "days_to_due": 17, "stage": 0, "days_in_stage": 0} | cells
    return propose(subject_id, snapshot, Forecast(probability, band, expected))


@pytest.mark.parametrize(
    ("band", "stage", "actions"),
    [
        ("low", 1, []),
        ("medium", 0, [REMIND]),
        ("medium", 1, [REMIND, DRAFT]),
        ("medium", 2, [REMIND]),
        ("high", 0, [REMIND, ESCALATE]),
        ("high", 1, [REMIND, DRAFT, ESCALATE]),
        ("high", 2, [REMIND, ESCALATE]),
    ],
)
def test_the_higher_the_band_the_more_is_proposed_mildest_first(band, stage, actions):
    assert [proposal.action for proposal in proposed(band=band, stage=stage)] == actions


@pytest.mark.parametrize("name", ["M" * 129, "M\u200b1"])
def test_nothing_is_proposed_about_what_an_action_cannot_name(name):
    assert proposed(name) == ()
    assert proposed(project_id=name) == ()
    assert proposed(project_id=None) == ()


@pytest.mark.parametrize(("days", "due_on"), [(17, dt.date(2025, 3, 20)), (-3, dt.date(2025, 2, 28))])
def test_proposals_name_the_milestone_its_project_and_its_date(days, due_on):
    for proposal in proposed(days_to_due=days, stage=1):
        assert isinstance(proposal.params, ACTIONS[proposal.action].params)
        about = proposal.params
        assert (about.milestone_id, about.project_id, about.due_on) == ("M-1", "P-1", due_on)


def test_the_texts_are_sentences_about_the_milestone():
    assert [proposal.text for proposal in proposed(stage=1, days_in_stage=12)] == [
        "M-1, due on 2025-03-20, is not accepted yet and is likely (60%) to be billed late",
        "M-1 was achieved 12 days ago and waits for the client's acceptance",
        "M-1, due on 2025-03-20: its paperwork needs a decision",
    ]
    assert proposed(probability=None, band="medium")[0].text == (
        "M-1, due on 2025-03-20, is not achieved yet and is likely to be billed late"
    )


@pytest.mark.parametrize(
    ("band", "stage", "days_to_due", "days_late", "said"),
    [
        ("high", 0, 17, 9.4, 9),
        ("high", 2, 17, 9.6, 10),
        ("medium", 0, 17, 20.0, None),
        ("medium", 1, 17, 11.0, None),
        ("medium", 1, 17, 12.0, 12),
        ("medium", 2, 17, 12.0, None),
        ("low", 1, 17, 40.0, None),
        ("high", 1, 17, 0.4, None),
        ("high", 1, 17, -3.0, None),
        ("high", 0, -3, None, 3),
        ("medium", 1, -3, None, 3),
        ("high", 0, 17, None, None),
        ("high", 0, 17, 5_000.0, 730),
    ],
)
def test_the_billing_forecast_is_looked_at_when_the_risk_is_high_or_acceptance_waits_past_the_month(
    band, stage, days_to_due, days_late, said
):
    found = [each for each in proposed(band=band, stage=stage, days_to_due=days_to_due, days_late=days_late)
             if each.action == FORECAST]  # fmt: skip
    assert [each.params.days_late for each in found] == ([] if said is None else [said])


def test_the_update_names_its_days_and_says_where_the_month_changes_and_comes_before_the_leaders():
    inside, past = proposed(days_late=11.0), proposed(days_late=12.0, stage=1)
    assert [each.action for each in past] == [REMIND, DRAFT, FORECAST, ESCALATE]
    assert inside[1].text == "M-1, due on 2025-03-20, is expected to be billed 11 days late"
    assert past[2].text == (
        "M-1, due on 2025-03-20, is expected to be billed 12 days late, after the month in which it is due"
    )


NOTHING = (None, None, None)


@pytest.mark.parametrize(
    ("amount", "currency", "days", "at_risk"),
    [
        (36_500.0, "EUR", 10.0, (36_500.0 * 10 * COST_OF_CAPITAL / 365, 9_125.0, "EUR")),
        (36_500.0, "EUR", -1.0, (0.0, 9_125.0, "EUR")),
        (36_500.0, "EUR", None, (None, 9_125.0, "EUR")),
        (0.0, "EUR", 10.0, (0.0, 0.0, "EUR")),
        (None, "EUR", 10.0, NOTHING),
        (1.0, None, 10.0, NOTHING),
        (1.0, "euros", 10.0, NOTHING),
    ],
)
def test_the_amount_is_deferred_and_its_capital_costs_something_each_day(amount, currency, days, at_risk):
    schema = {"amount": pl.Float64, "currency": pl.String}
    snapshots = pl.DataFrame([(amount, currency)], schema=schema, orient="row")
    expected = pl.DataFrame(
        {"mean": [days], "p10": [0.0], "p50": [0.0], "p90": [0.0]}, schema_overrides={"mean": pl.Float64}
    )
    found = money(snapshots, pl.Series([0.25]), expected)
    assert found.columns == ["expected_loss", "deferred_amount", "currency"]
    assert found.row(0) == pytest.approx(at_risk, abs=1e-9)


def test_without_expected_days_no_loss_is_known():
    snapshots = pl.DataFrame({"amount": [100.0], "currency": ["EUR"]})
    assert money(snapshots, pl.Series([0.5])).row(0) == (None, 50.0, "EUR")
