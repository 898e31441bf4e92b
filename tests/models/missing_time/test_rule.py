"""What a PMO looks at today, as a risk."""

import polars as pl
import pytest

from models.missing_time.rule import RULES, rule_score
from models.missing_time.snapshot import MissingTimeSnapshot


def test_every_rule_reads_a_field_of_the_snapshot():
    assert RULES.keys() <= MissingTimeSnapshot.model_fields.keys()


@pytest.mark.parametrize(
    ("rule", "values", "risk"),
    [
        ("days_since_last_entry", [1, None, 84], [1.0, 99.0, 84.0]),
        ("missed_share_5", [0.2, None, 1.0], [0.2, 1.0, 1.0]),
    ],
)
def test_a_rule_sees_more_risk_in_more_and_the_worst_in_a_null(rule, values, risk):
    assert rule_score(pl.DataFrame({rule: values}), rule).to_list() == risk
