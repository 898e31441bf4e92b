"""What margin erosion costs, and what might help."""

import polars as pl
import pytest

from models.actions import ACTIONS
from models.forecast import Expected, Forecast
from models.margin_erosion.proposals import money, propose

QUIET = {
    "forecast_age_days": 7, "forecast_above_3_months": 0.0, "margin_3_months": 0.2, "forecast_margin": 0.22,
    "unpriced_change_hours": 0.0, "uncontracted_share": 0.0, "team_rate_change": 0.0, "forecast_above_team": 0.0,
    "team_margin": 0.2,
}  # fmt: skip
NEVER_TOLD = dict.fromkeys(QUIET)


def proposed(band="high", probability=0.6, mean=4.24, subject_id="P-1", **cells):
    expected = None if mean is None else Expected(mean, mean - 3, mean, mean + 3)
    return propose(subject_id, QUIET | cells, Forecast(probability, band, expected))


@pytest.mark.parametrize(
    ("band", "cells", "actions"),
    [
        ("low", {"forecast_age_days": 90, "unpriced_change_hours": 50.0}, []),
        ("medium", {}, []),
        ("high", {}, ["route_to_margin_review"]),
        ("high", NEVER_TOLD, ["route_to_margin_review"]),
        ("medium", {"forecast_age_days": 29}, ["propose_forecast_update"]),
        ("medium", {"forecast_age_days": 28}, []),
        ("medium", {"forecast_above_3_months": 0.03}, ["propose_forecast_update"]),
        ("medium", {"unpriced_change_hours": 12.0}, ["propose_change_request"]),
        ("medium", {"uncontracted_share": 0.05}, ["propose_change_request"]),
        ("medium", {"team_rate_change": -0.04}, ["propose_staffing_mix_review"]),
        ("medium", {"team_rate_change": 0.04}, []),
        ("medium", {"forecast_above_team": 0.04}, ["propose_staffing_mix_review"]),
        ("high", {"forecast_age_days": 40, "unpriced_change_hours": 9.0, "team_rate_change": -0.1},
         ["propose_forecast_update", "propose_change_request", "propose_staffing_mix_review",
          "route_to_margin_review"]),
    ],
)  # fmt: skip
def test_only_what_the_records_speak_for_is_proposed_mildest_first(band, cells, actions):
    assert [proposal.action for proposal in proposed(band, **cells)] == actions


@pytest.mark.parametrize(
    ("cells", "texts"),
    [
        ({"forecast_above_3_months": 0.08, "margin_3_months": 0.14},
         ["the last three months of P-1 earned 14%, the forecast still says 22%"]),
        ({"forecast_age_days": 40}, ["the forecast of P-1 is 40 days old"]),
        ({"unpriced_change_hours": 12.4}, ["12 hours of changes of P-1 have no price"]),
        ({"uncontracted_share": 0.05},
         ["5% of the revenue forecast of P-1 is in no contract and no accepted change"]),
        ({"team_rate_change": -0.04}, ["those now on P-1 bill 4% less an hour than all so far"]),
        ({"forecast_above_team": 0.04}, ["at their rates those now on P-1 earn 20%, the forecast says 22%"]),
        ({}, []),
    ],
)  # fmt: skip
def test_the_texts_say_what_speaks_for_the_action(cells, texts):
    erodes = "the margin of P-1 is likely (60%) to erode by its next forecasts"
    assert [proposal.text for proposal in proposed(**cells)] == [*texts, erodes]


@pytest.mark.parametrize(
    ("mean", "probability", "points"),
    [(4.24, 0.6, 4.2), (-2.0, 0.6, 0.0), (180.0, 0.6, 100.0), (None, 0.6, 1.8), (None, None, 0.0)],
)
def test_proposals_name_the_project_and_the_points(mean, probability, points):
    for subject_id in ("P-1", "a/b", "张伟", "x" * 128):
        for proposal in proposed(mean=mean, probability=probability, subject_id=subject_id, forecast_age_days=90):
            assert isinstance(proposal.params, ACTIONS[proposal.action].params)
            assert proposal.params.project_id == subject_id
            assert proposal.params.expected_points == pytest.approx(points)


NOTHING = (None, None, None)


@pytest.mark.parametrize(
    ("revenue", "currency", "mean", "at_risk"),
    [
        (200_000.0, "EUR", 2.5, (5_000.0, 0.0, "EUR")),
        (200_000.0, "EUR", -2.5, (0.0, 0.0, "EUR")),
        (200_000.0, "EUR", None, (1_500.0, 0.0, "EUR")),
        (200_000.0, "EUR", 300.0, (200_000.0, 0.0, "EUR")),
        (-5.0, "EUR", 2.5, (0.0, 0.0, "EUR")),
        (None, "EUR", 2.5, NOTHING),
        (200_000.0, None, 2.5, NOTHING),
        (200_000.0, "euros", 2.5, NOTHING),
    ],
)
def test_the_loss_is_the_revenue_at_completion_times_the_points_expected_to_go(revenue, currency, mean, at_risk):
    schema = {"forecast_revenue": pl.Float64, "currency": pl.String}
    snapshots = pl.DataFrame([(revenue, currency)], schema=schema, orient="row")
    expected = None if mean is None else pl.DataFrame({"mean": [mean], "p10": [0.0], "p50": [1.0], "p90": [2.0]})
    found = money(snapshots, pl.Series([0.25]), expected)
    assert found.columns == ["expected_loss", "deferred_amount", "currency"]
    assert found.row(0) == pytest.approx(at_risk)
