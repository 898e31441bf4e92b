"""The small firm of ``fixtures/firm``, its person-days, and a small predictor fitted on them."""

from pathlib import Path

import lightgbm as lgb
import numpy as np
import polars as pl
import pytest

from models.calibration import Bands, Calibration
from models.features import Features
from models.missing_time import MISSING_TIME
from models.missing_time.settings import MissingTimeSettings
from models.predictor import Predictor
from models.reading import read_folder
from models.records import Records
from models.scorers.trees import Trees

SETTINGS = MissingTimeSettings()
PARAMETERS = {
    "objective": "binary", "num_leaves": 8, "max_depth": 3, "learning_rate": 0.2, "min_data_in_leaf": 40,
    "seed": 1, "deterministic": True, "num_threads": 1, "verbose": -1,
}  # fmt: skip


@pytest.fixture(scope="session", name="harbour")
def _harbour() -> Records:
    return read_folder(Path(__file__).parents[2] / "fixtures" / "firm").records


@pytest.fixture(scope="session", name="snapshots")
def _snapshots(harbour: Records) -> pl.DataFrame:
    """Every person-day of the firm at all three moments."""
    return MISSING_TIME.build(harbour, MISSING_TIME.scheduled(harbour, SETTINGS), SETTINGS)


@pytest.fixture(scope="session", name="predictor")
def _predictor(harbour: Records, snapshots: pl.DataFrame) -> Predictor:
    """Fitted on all that is known: nothing here asks how good it is."""
    outcome = MISSING_TIME.outcome(harbour, snapshots, SETTINGS)["outcome"]
    known = snapshots.filter(outcome.is_not_null())
    features = Features.learn(MISSING_TIME.snapshot, MISSING_TIME.no_features, known)
    data = lgb.Dataset(
        features.matrix(known),
        outcome.drop_nulls().to_numpy().astype(np.float64),
        feature_name=list(features.names),
        categorical_feature=features.categorical,
    )
    booster = lgb.train(PARAMETERS, data, num_boost_round=40)
    settings = SETTINGS.model_dump(mode="json")
    return Predictor("missing_time", settings, features, Trees(booster), Calibration(0.9, -0.1), Bands())
