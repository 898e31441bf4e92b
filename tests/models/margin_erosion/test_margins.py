"""What a forecast said, and which one stood at an instant."""

import datetime as dt

import polars as pl
import pytest

from models.margin_erosion.margins import Margins, points
from models.project_signals import Past
from tests.models.future import revision
from tests.models.margin_erosion.rows import after, asked, change, forecast, project, records_of


def margin(*rows, **tables) -> float | None:
    return Margins(Past(records_of(*rows, **tables))).at(asked())["margin"][0]


@pytest.mark.parametrize(
    ("cost", "revenue", "expected"),
    [(80.0, 100.0, 0.2), (120.0, 100.0, -0.2), (0.0, 100.0, 1.0), (80.0, 0.0, None), (80.0, -5.0, None)],
)
def test_margin_is_what_the_cost_leaves_of_a_positive_revenue(cost, revenue, expected):
    assert margin(forecast(-7, cost, revenue)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("contract", "changes", "expected"),
    [
        (100.0, [], 0.1),
        (None, [], None),
        (None, [change(-30, 20.0, decided=-20, accepted=True)], None),
        (100.0, [change(-30, 20.0, decided=-20, accepted=True)], 0.25),
        (100.0, [change(-30, 20.0, decided=-20, accepted=False)], 0.1),
        (100.0, [change(-30, 20.0)], 0.1),
        (100.0, [change(-30, 20.0, decided=-7, accepted=True)], 0.25),
        (100.0, [change(-30, 20.0, decided=-6.9, accepted=True)], 0.1),
        (100.0, [change(-30, None, decided=-20, accepted=True)], 0.1),
        (0.0, [], None),
    ],
)
def test_without_revenue_contract_and_accepted_changes_count_as_known_when_it_was_made(contract, changes, expected):
    said = margin(forecast(-7, 90.0, None), projects=[project(contract_value=contract)], change_requests=changes)
    assert said == pytest.approx(expected)


@pytest.mark.parametrize(("known", "expected"), [(-8, 0.25), (-7, 0.25), (-6, 0.1)])
def test_the_contract_value_counts_as_known_when_the_forecast_was_made(known, expected):
    signed = project(contract_value=120.0)
    said = [
        revision("projects", signed, "contract_value", 100.0, after(-60)),
        revision("projects", signed, "contract_value", 120.0, after(known)),
    ]
    assert margin(forecast(-7, 90.0, None), projects=[signed], revisions=said) == pytest.approx(expected)


def test_the_latest_forecast_stands_from_the_instant_it_was_made():
    rows = [forecast(0, 90.0), forecast(-7, 80.0), forecast(0.0001, 70.0), forecast(-1, 50.0, project_id="Q")]
    assert margin(*rows) == pytest.approx(0.1)


def test_a_revised_forecast_says_what_was_known_of_it():
    latest, earlier = forecast(-7, 90.0), forecast(-14, 80.0)
    said = [
        revision("forecasts", latest, "cost_at_completion", 85.0, latest["made_at"]),
        revision("forecasts", latest, "cost_at_completion", 88.0, after(0)),
        revision("forecasts", latest, "cost_at_completion", 90.0, after(1)),
        revision("forecasts", earlier, "cost_at_completion", 10.0, after(-1)),
    ]
    assert margin(latest, earlier, revisions=said) == pytest.approx(0.12)


def test_no_forecast_no_margin():
    assert margin() is None
    assert margin(forecast(1, 80.0)) is None
    assert Margins(Past({})).at(asked())["margin"].to_list() == [None]


def test_forecasts_as_they_were_made_are_kept_beside_what_was_revised():
    first = forecast(-14, 90.0)
    said = [
        revision("forecasts", first, "cost_at_completion", 80.0, first["made_at"]),
        revision("forecasts", first, "cost_at_completion", 90.0, after(-1)),
    ]
    made = Margins(Past(records_of(first, forecast(-7, 85.0), revisions=said))).made
    assert made["margin"].to_list() == pytest.approx([0.2, 0.15])
    assert made["made_at"].to_list() == [after(-14), after(-7)]


@pytest.mark.parametrize(("higher", "lower"), [(cents / 100, (cents - 3) / 100) for cents in range(-40, 101)])
def test_three_points_are_three_points_for_every_margin(higher, lower):
    assert pl.select(points(pl.lit(higher), pl.lit(lower))).item() == 3.0


@pytest.mark.parametrize(
    ("made", "days"), [([29, 40, 50], 40), ([30, 40], 30), ([76], None), ([75], 75), ([29, 76], None), ([-5], None)]
)
def test_the_first_forecast_of_a_window_counts_its_ends_included(made, days):
    rows = [forecast(at, 60.0 + at / 10) for at in made]
    found = Margins(Past(records_of(*rows))).first_within(asked(), 30, 75)
    assert found["made_at"].to_list() == [None if days is None else after(0) + dt.timedelta(days=days)]
    assert found["margin"].null_count() == (days is None)
