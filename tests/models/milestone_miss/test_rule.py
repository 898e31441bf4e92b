"""What a PMO looks at today, as a risk."""

import polars as pl
import pytest

from models.milestone_miss.rule import RULES, rule_score
from models.milestone_miss.snapshot import MilestoneMissSnapshot


def test_every_rule_reads_a_field_of_the_snapshot():
    assert RULES.keys() <= MilestoneMissSnapshot.model_fields.keys()


def test_what_is_not_achieved_is_riskier_the_nearer_its_date_and_riskier_than_all_that_is():
    snapshots = pl.DataFrame({"days_to_due": [60, 3, -4, -4, 40], "stage": [0, 0, 0, 1, 2]})
    risk = rule_score(snapshots, "days_to_due").to_list()
    assert sorted(range(5), key=lambda row: -risk[row]) == [2, 1, 0, 3, 4]


@pytest.mark.parametrize("rule", ["project_billed_late_share", "client_billed_late_share"])
def test_a_past_that_was_late_is_riskier_and_an_unknown_one_is_none(rule):
    assert rule_score(pl.DataFrame({rule: [0.2, None, 1.0]}), rule).to_list() == [0.2, 0.0, 1.0]
