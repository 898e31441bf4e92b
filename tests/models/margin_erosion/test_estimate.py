"""What a margin probably is by now: worked out by hand, one piece of news after the other."""

import datetime as dt

import polars as pl
import pytest

from models.margin_erosion.estimate import estimate
from models.point_in_time import INSTANT
from models.project_signals import Past
from tests.models.future import Row, row
from tests.models.margin_erosion.rows import MONDAY, after, forecast, project, records_of

MONTH = dt.timedelta(seconds=365.25 / 12 * 86_400)
FIRST, DRIFT, FORECAST, BOOKS = 0.03**2, 0.015**2, 0.015**2, 0.02**2


def told(
    *rows: Row, billing: str | None = "fixed_price", said: float | None = 0.2, **tables
) -> dict[str, float | None]:
    """The estimate of project P on `MONDAY`, rounded so that a table stays readable."""
    records = records_of(*rows, **({"projects": [project(billing=billing)]} | tables))
    subject = {"project_id": ["P"], "as_of": [MONDAY], "billing": [billing], "forecast_margin": [said]}
    schema = {"project_id": pl.String, "as_of": INSTANT, "billing": pl.String, "forecast_margin": pl.Float64}
    found = estimate(Past(records), pl.DataFrame(subject, schema=schema)).row(0, named=True)
    return {name: None if value is None else round(value, 9) for name, value in found.items()}


def level(*rows: Row, **tables) -> float | None:
    return told(*rows, **tables)["estimated_margin"]


def month(number: int, cost: float, known: float, revenue: float = 100.0) -> Row:
    return row(
        "actuals", project_id="P", period=dt.date(2025, number, 1), cost=cost, revenue_recognised=revenue,
        known_at=after(known),
    )  # fmt: skip


def near(value: float) -> object:
    return pytest.approx(value, abs=2e-9)


def test_the_first_news_is_believed():
    assert level(forecast(-30, 80.0)) == near(0.2)
    assert level(actuals=[month(1, 70.0, -30)]) == near(0.3)
    assert level() is None
    assert told() == {"estimated_margin": None, "forecast_above_estimate": None, "expected_fall": None}
    assert level(forecast(1, 80.0), actuals=[month(1, 70.0, 1), month(2, 80.0, -1, 0.0)]) is None


def test_a_forecast_that_falls_admits_a_part_of_what_is_gone():
    months = dt.timedelta(days=30) / MONTH
    doubt = FIRST + DRIFT * months
    gain = 0.6 * doubt / (0.36 * doubt + FORECAST)
    fallen = 0.2 - gain * 0.04
    assert level(forecast(-40, 80.0), forecast(-10, 84.0)) == near(fallen)
    assert fallen < 0.16, "more is gone than the four points that were admitted"
    rest = doubt * (1 - gain * 0.6) + DRIFT * dt.timedelta(days=9) / MONTH
    gain_of_month = rest / (rest + BOOKS)
    both = fallen + gain_of_month * (0.1 - fallen)
    assert level(forecast(-40, 80.0), forecast(-10, 84.0), actuals=[month(2, 90.0, -1)]) == near(both)


def test_news_of_one_instant_tells_the_same_in_any_order():
    made = (forecast(-40, 80.0), forecast(-10, 84.0))
    together = level(*made, actuals=[month(1, 90.0, -10)])
    assert level(*made, actuals=[month(1, 90.0, -10.000001)]) == near(together)
    assert level(*made, actuals=[month(1, 90.0, -9.999999)]) == near(together)


def test_news_that_is_far_off_counts_as_ten_points():
    assert level(forecast(-40, 80.0), actuals=[month(2, 95.0, -1)]) == level(
        forecast(-40, 80.0), actuals=[month(2, 300.0, -1)]
    )


def test_what_a_forecast_does_not_admit_yet_is_expected_to_follow():
    found = told(forecast(-30, 80.0), said=0.25)
    assert found["forecast_above_estimate"] == near(0.05)
    assert found["expected_fall"] == near(0.05 * (1 - 0.4**2))
    assert told(forecast(-30, 80.0), said=None)["expected_fall"] is None


def overworked(hours: float, days: int = 20) -> dict[str, list[Row]]:
    """A person who worked so many hours on each of the last weekdays, booked for eight."""
    worked = [(MONDAY - dt.timedelta(days=back)).date() for back in range(1, days + 1)]
    return {
        "assignments": [
            row("assignments", assignment_id="A", project_id="P", person_id="ana", starts_on=dt.date(2024, 1, 1),
                booked_at=after(-300), hours_per_week=40.0)
        ],
        "time_entries": [
            row("time_entries", entry_id=f"T{number}", person_id="ana", project_id="P", worked_on=day, hours=hours,
                entered_at=dt.datetime(day.year, day.month, day.day, 18, tzinfo=dt.UTC))
            for number, day in enumerate(worked) if day.weekday() < 5
        ],
    }  # fmt: skip


@pytest.mark.parametrize(("billing", "exposure"), [("fixed_price", 0.2), ("retainer", 0.125), (None, 0.125)])
def test_overwork_since_the_last_news_costs_margin_before_any_book_shows_it(billing, exposure):
    tables = overworked(10.0)
    booked = 8.0 * len(tables["time_entries"])
    share = 2.0 * len(tables["time_entries"]) / (booked + 40)
    found = told(forecast(-30, 80.0), billing=billing, **tables)
    lost = exposure * share * (dt.timedelta(days=30) / MONTH)
    assert found["estimated_margin"] == near(0.2 - lost)
    assert found["expected_fall"] == near(lost * (1 - 0.4**2) + exposure * share * 1.2)


@pytest.mark.parametrize(("hours", "way"), [(8.0, 0), (12.0, 1), (4.0, -1), (24.0, 1)])
def test_who_works_as_booked_loses_nothing_and_slack_is_regained(hours, way):
    lost = 0.2 - level(forecast(-30, 80.0), **overworked(hours))
    assert (lost > 1e-9) - (lost < -1e-9) == way
    assert abs(lost) <= 0.2 * 0.5 * (dt.timedelta(days=30) / MONTH) + 1e-9


def test_a_month_tells_of_its_middle_and_what_was_overworked_since_is_taken_off():
    quiet = level(forecast(-60, 80.0), actuals=[month(2, 82.0, -1)])
    strained = level(forecast(-60, 80.0), actuals=[month(2, 82.0, -1)], **overworked(10.0))
    assert strained < quiet - 0.01
