"""What then happened: the next forecast gave up margin, or it did not, or nobody can say."""

import polars as pl
import pytest
from pydantic import ValidationError

from models.margin_erosion.outcome import outcome
from models.margin_erosion.settings import MarginErosionSettings
from tests.models.future import revision
from tests.models.margin_erosion.rows import after, asked, forecast, records_of

COLUMNS = ["subject_id", "as_of", "outcome", "resolved_at", "amount", "amount_known_at"]


def came_to(*rows, revisions=(), **settings):
    found = outcome(
        records_of(*rows, revisions=list(revisions)), asked(), MarginErosionSettings.model_validate(settings)
    )
    assert found.columns == COLUMNS
    return found.row(0, named=True)


@pytest.mark.parametrize(
    ("now", "later", "settings", "eroded", "amount"),
    [
        (0.25, 0.22, {}, True, 3.0),
        (0.25, 0.2201, {}, False, 2.99),
        (0.25, 0.25, {}, False, 0.0),
        (0.25, 0.40, {}, False, -15.0),
        (0.02, -0.30, {}, True, 32.0),
        (0.25, 0.22, {"erosion_points": 3.5}, False, 3.0),
        (0.25, 0.10, {"erosion_points": 15}, True, 15.0),
        (0.9, -0.9, {}, True, 100.0),
        (-0.9, 0.9, {}, False, -100.0),
    ],
)
def test_margin_erodes_when_the_next_forecast_lies_that_many_points_lower(now, later, settings, eroded, amount):
    found = came_to(forecast(-7, 100 - 100 * now), forecast(42, 100 - 100 * later), **settings)
    assert (found["outcome"], found["amount"]) == (eroded, pytest.approx(amount))
    assert found["resolved_at"] == found["amount_known_at"] == after(42)


@pytest.mark.parametrize(
    ("rows", "eroded"),
    [
        ([forecast(-7, 75), forecast(29.9, 90)], None),
        ([forecast(-7, 75), forecast(30, 90)], True),
        ([forecast(-7, 75), forecast(75, 90)], True),
        ([forecast(-7, 75), forecast(75.1, 90)], None),
        ([forecast(-7, 75), forecast(31, 75), forecast(60, 99)], False),
        ([forecast(-7, 75), forecast(10, 99), forecast(60, 75)], False),
        ([forecast(-7, 75), forecast(-1, 80), forecast(40, 82)], False),
        ([forecast(-7, 75)], None),
        ([forecast(40, 90)], None),
        ([forecast(-7, 75), forecast(40, 90, 0.0)], None),
        ([forecast(-7, 75, -1.0), forecast(40, 90)], None),
        ([forecast(-7, 75), forecast(40, 90, 0.0), forecast(50, 90)], None),
    ],
)
def test_the_first_forecast_within_the_window_decides(rows, eroded):
    found = came_to(*rows)
    assert found["outcome"] is eroded
    assert (found["resolved_at"] is None) == (found["amount"] is None) == (eroded is None)


@pytest.mark.parametrize(("days", "eroded"), [(91, True), (29, None), (105, None)])
def test_the_window_is_a_setting(days, eroded):
    window = {"window_from_days": 60, "window_to_days": 100}
    assert came_to(forecast(-7, 75), forecast(days, 90), **window)["outcome"] is eroded


@pytest.mark.parametrize(
    ("window", "message"),
    [
        ({"window_from_days": 80}, "75 days; expected at least window_from_days, 80"),
        ({"window_to_days": 121}, "less than or equal to 120"),
        ({"window_from_days": 0}, "greater than or equal to 1"),
    ],
)
def test_a_window_that_cannot_be_is_refused(window, message):
    with pytest.raises(ValidationError, match=message):
        MarginErosionSettings.model_validate(MarginErosionSettings().model_dump() | window)


@pytest.mark.parametrize(
    ("now", "later", "below"),
    [(0.10, 0.02, True), (0.10, 0.03, False), (0.03, 0.01, True), (0.02, 0.01, None), (-0.1, 0.5, None)],
)
def test_below_floor_asks_who_falls_to_the_floor_of_those_above_it(now, later, below):
    found = came_to(
        forecast(-7, 100 - 100 * now), forecast(42, 100 - 100 * later), label="below_floor", floor_margin=0.02
    )
    assert found["outcome"] is below
    assert found["amount"] == pytest.approx(100 * (now - later))


def test_what_a_forecast_said_when_it_was_made_decides_not_what_it_was_revised_to():
    later = forecast(42, 99.0)
    said = [
        revision("forecasts", later, "cost_at_completion", 75.0, later["made_at"]),
        revision("forecasts", later, "cost_at_completion", 99.0, after(43)),
    ]
    assert came_to(forecast(-7, 75.0), later, revisions=said)["outcome"] is False


def test_outcomes_come_in_the_order_of_the_snapshots():
    rows = [forecast(days, 70.0 + days / 2, project_id=name) for name in "PQ" for days in (-7, 40)]
    mixed = pl.concat([asked("Q"), asked("gone"), asked("P", after(5)), asked("P")])
    found = outcome(records_of(*rows), mixed, MarginErosionSettings())
    assert found.select("subject_id", "as_of").equals(mixed.select("subject_id", "as_of"))
    assert found["outcome"].to_list() == [True, None, True, True]


def test_without_forecasts_nothing_is_resolved():
    assert outcome({}, asked(), MarginErosionSettings())["outcome"].to_list() == [None]
