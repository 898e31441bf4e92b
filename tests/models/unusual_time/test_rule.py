"""The checks of a time sheet that a PMO makes today, as a risk."""

import polars as pl
import pytest

from models.unusual_time.rule import RULES, rule_score

PLAIN = {
    "day_hours": 8.0, "project_booked_hours": 8.0, "weekday": 2, "on_holiday": 0, "on_time_off": 0,
    "entry_delay_days": 0.5,
}  # fmt: skip
SCHEMA = {name: pl.Int64 if isinstance(value, int) else pl.Float64 for name, value in PLAIN.items()}


def score(rule: str, **cells) -> float:
    return rule_score(pl.DataFrame([PLAIN | cells], SCHEMA), rule)[0]


@pytest.mark.parametrize(
    ("cells", "failed"),
    [
        ({}, 0.0),
        ({"day_hours": 10.0}, 0.0),
        ({"day_hours": 10.5}, 1.0),
        ({"project_booked_hours": 0.0}, 1.0),
        ({"project_booked_hours": None}, 0.0),
        ({"weekday": 6}, 1.0),
        ({"weekday": 7, "on_holiday": 1, "on_time_off": 1}, 1.0),
        ({"on_time_off": 1}, 1.0),
        ({"entry_delay_days": 7.0}, 0.0),
        ({"entry_delay_days": 7.1, "day_hours": 12.0, "weekday": 7, "project_booked_hours": 0.0}, 4.0),
    ],
)
def test_a_pmo_counts_the_checks_that_an_entry_fails(cells, failed):
    assert score("checks_failed", **cells) == failed


@pytest.mark.parametrize(
    ("rule", "value", "risk"),
    [
        ("day_hours", 9.0, 0.0), ("day_hours", 11.5, 1.5), ("entry_delay_days", 3.0, 0.0),
        ("entry_delay_days", 9.5, 2.5), ("entry_delay_days", -2.0, 0.0),
    ],
)  # fmt: skip
def test_more_above_the_limit_is_riskier(rule, value, risk):
    assert score(rule, **{rule: value}) == risk


def test_every_rule_scores_every_snapshot():
    assert [score(rule) for rule in RULES] == [0.0, 0.0, 0.0]
