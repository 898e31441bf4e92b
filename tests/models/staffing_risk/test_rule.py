"""The rules of a PMO rank as they say: more is riskier."""

import polars as pl
import pytest

from models.staffing_risk.rule import RULES, rule_score


@pytest.mark.parametrize(
    ("rule", "riskiest_first"),
    [
        ("days_to_needed_by", [0.0, 0.5, 3.0, 40.0]),
        ("notice_used", [1.0, 0.6, 0.0]),
        ("in_time_role", [0.0, 0.3, 1.0]),
    ],
)
def test_the_riskiest_scores_highest(rule, riskiest_first):
    scores = rule_score(pl.DataFrame({rule: riskiest_first}), rule).to_list()
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)


def test_every_rule_scores_what_is_unknown():
    for rule in RULES:
        assert rule_score(pl.DataFrame({rule: [None]}, schema={rule: pl.Float64}), rule).null_count() == 0
