"""What a PMO looks at today, as a risk."""

import polars as pl
import pytest

from models.margin_erosion.rule import RULES, rule_score
from models.margin_erosion.snapshot import MarginErosionSnapshot


def test_every_rule_reads_a_field_of_the_snapshot():
    assert RULES.keys() <= MarginErosionSnapshot.model_fields.keys()


@pytest.mark.parametrize(
    ("rule", "values", "risk"),
    [
        ("forecast_below_baseline", [0.05, None, -0.02], [0.05, 0.0, -0.02]),
        ("burnt_ahead_of_time", [0.3, None, -0.1], [0.3, 0.0, -0.1]),
        ("forecast_margin_change", [-0.04, None, 0.01], [0.04, 0.0, -0.01]),
        ("forecast_margin", [-0.1, 0.4], [0.1, -0.4]),
    ],
)
def test_a_rule_sees_more_risk_in_what_is_worse_and_none_in_no_news(rule, values, risk):
    assert rule_score(pl.DataFrame({rule: values}), rule).to_list() == risk
