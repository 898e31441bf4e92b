"""The same model on changed fields: both sides as they score alone, and effects that account for the difference."""

import math

import polars as pl
import pytest

from models.missing_time import MISSING_TIME
from models.what_if import ChangesRefused, what_if


@pytest.fixture(scope="module", name="some")
def _some(snapshots: pl.DataFrame) -> pl.DataFrame:
    return snapshots.sample(60, seed=8)


def test_each_side_is_what_the_snapshot_scores_by_itself(predictor, some):
    for position in range(some.height):
        snapshot = some.slice(position, 1)
        found = what_if(MISSING_TIME, predictor, snapshot, {"known_hours": 8.0, "entered_late_share": 0.9})
        cells = {"known_hours": pl.lit(8.0), "entered_late_share": pl.lit(0.9)}
        for side, frame in ((found.before, snapshot), (found.after, snapshot.with_columns(**cells))):
            alone = predictor.score(frame)
            assert (side.log_odds, side.probability) == (alone.log_odds[0], alone.probability[0])
            assert side.band == alone.bands[0]


def test_the_effects_that_changed_account_for_the_difference(predictor, some):
    moved = 0
    for position in range(some.height):
        found = what_if(MISSING_TIME, predictor, some.slice(position, 1), {"missed_share_5": 1.0, "known_hours": 0})
        difference = math.fsum(each.after - each.before for each in found.effects)
        assert difference == pytest.approx(found.after.log_odds - found.before.log_odds, abs=1e-9)
        assert all(each.text for each in found.effects)
        moved += bool(found.effects)
    assert moved > 10


def test_money_follows_the_changed_fields_even_where_they_are_no_features(predictor, some):
    snapshot = some.filter(pl.col("currency").is_not_null()).head(1)
    found = what_if(MISSING_TIME, predictor, snapshot, {"bill_rate": 2 * snapshot["bill_rate"][0]})
    assert found.effects == []
    assert found.after.money.deferred_amount == pytest.approx(2 * found.before.money.deferred_amount)


def test_without_changes_nothing_changes(predictor, some):
    found = what_if(MISSING_TIME, predictor, some.head(1), {})
    assert (found.before, found.effects) == (found.after, [])


REFUSED = [
    ({"mood": 3}, "mood", "no field of missing_time"),
    ({"missed_share_5": 1.5}, "missed_share_5", "less than or equal to 1"),
    ({"missed_share_5": "much"}, "missed_share_5", "valid number"),
    ({"weekday": None}, "weekday", "valid integer"),
    ({"known_hours": float("nan")}, "known_hours", "finite number"),
]


@pytest.mark.parametrize(("changes", "field", "expected"), REFUSED)
def test_a_change_that_makes_no_snapshot_is_refused_by_field(predictor, some, changes, field, expected):
    with pytest.raises(ChangesRefused, match=field) as refused:
        what_if(MISSING_TIME, predictor, some.head(1), changes)
    assert expected in refused.value.fields[field]
