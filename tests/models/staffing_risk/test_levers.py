"""What turns a request green: the change is scored with all that follows from it before it is claimed."""

import lightgbm as lgb
import numpy as np
import polars as pl
import pytest

from models.calibration import Bands, Calibration
from models.explanation import ORDER, all_turn_green
from models.features import Features
from models.predictor import Predictor
from models.records import Records
from models.scorers.trees import Trees
from models.staffing_risk import STAFFING_RISK
from models.staffing_risk.derived import derive

PARAMETERS = {
    "objective": "binary", "num_leaves": 8, "max_depth": 3, "learning_rate": 0.2, "min_data_in_leaf": 5,
    "min_data_in_bin": 1, "seed": 1, "deterministic": True, "num_threads": 1, "verbose": -1,
}  # fmt: skip
FOLLOWING = ("needed_by_moves", "needed_by_moved_days", "notice_used", "reachable_people", "requests_per_free_person")


@pytest.fixture(scope="module", name="requests")
def _requests(harbour: Records) -> pl.DataFrame:
    settings = STAFFING_RISK.settings()
    built = STAFFING_RISK.build(harbour, STAFFING_RISK.scheduled(harbour, settings), settings)
    outcome = STAFFING_RISK.outcome(harbour, built, settings)["outcome"]
    return built.with_columns(outcome).filter(pl.col("outcome").is_not_null())


@pytest.fixture(scope="module", name="predictor")
def _predictor(requests: pl.DataFrame) -> Predictor:
    """Fitted on what is near the date and within reach, so that the levers and what follows from them count."""
    left_out = STAFFING_RISK.snapshot.model_fields.keys() - {"days_to_needed_by", "remote_ok", *FOLLOWING}
    features = Features.learn(STAFFING_RISK.snapshot, left_out, requests)
    data = lgb.Dataset(features.matrix(requests), requests["outcome"].to_numpy().astype(np.float64))
    booster = lgb.train(PARAMETERS, data, num_boost_round=40)
    settings = STAFFING_RISK.settings().model_dump(mode="json")
    return Predictor("staffing_risk", settings, features, Trees(booster), Calibration(), Bands())


def test_the_band_falls_when_the_change_and_all_that_follows_from_it_are_scored_again(requests, predictor):
    snapshots = requests.drop("outcome")
    scores = predictor.score(snapshots)
    found = all_turn_green(STAFFING_RISK, predictor, snapshots, scores.bands)
    greener = [(position, changes) for position, changes in enumerate(found) if changes]
    assert greener
    for position, changes in greener:
        snapshot = snapshots.slice(position, 1)
        cells = {change.field: pl.lit(change.to, dtype=snapshot.schema[change.field]) for change in changes}
        after = predictor.score(derive(snapshot.with_columns(**cells)))
        assert ORDER[after.bands[0]] < ORDER[scores.bands[position]]
        for change in changes:
            assert change.probability == pytest.approx(after.probability[0])
            assert change.field in STAFFING_RISK.levers


def test_a_moved_date_is_scored_as_one_more_move(requests, predictor):
    assert set(FOLLOWING) & set(predictor.features.names)
    row = requests.drop("outcome").filter(pl.col("needed_by_moves") == 0).slice(0, 1)
    moved = derive(row.with_columns(pl.col("days_to_needed_by") + 7))
    assert moved.select("needed_by_moves", "needed_by_moved_days").row(0) == (1, 7)
    assert derive(moved).equals(moved)
