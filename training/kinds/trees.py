"""Shallow gradient-boosted trees, for firms with outcomes enough to learn them from."""

from collections.abc import Iterator, Mapping
from typing import Any

import lightgbm as lgb
import numpy as np

from models.arrays import Flags, Floats
from models.features import Features
from training.settings import FitSettings

SHARES_OF_TREES = (0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0)
"""At which shares of the trees later folds are forecast, to choose how many are worth having."""


def steps(settings: FitSettings) -> list[int]:
    """The numbers of trees that are tried."""
    return sorted({max(1, round(settings.trees * share)) for share in SHARES_OF_TREES})


def boost(
    features: Features,
    matrix: Floats,
    target: Flags | Floats,
    settings: FitSettings,
    trees: int,
    *,
    start: Floats | None = None,
    objective: Mapping[str, Any] | None = None,
) -> lgb.Booster:
    """So many trees on a matrix that ``features`` made; ``objective`` is LightGBM's, by default that of an outcome.

    ``start`` are raw scores that the trees begin from: they are fitted to what those leave over.
    """
    data = _data(features, matrix, target, start)
    return lgb.train(_parameters(settings, objective), data, num_boost_round=trees)


def grow(
    features: Features, matrix: Floats, target: Flags, settings: FitSettings, start: Floats | None = None
) -> Iterator[tuple[int, lgb.Booster]]:
    """The same trees while they grow, at each of the `steps`: for who may have seen enough."""
    booster = lgb.Booster(_parameters(settings, None), _data(features, matrix, target, start))
    for step in steps(settings):
        while booster.current_iteration() < step:
            booster.update()
        yield step, booster


def _parameters(settings: FitSettings, objective: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        "objective": "binary",
        "num_leaves": settings.leaves,
        "max_depth": settings.depth,
        "learning_rate": settings.learning_rate,
        "min_data_in_leaf": settings.rows_a_leaf,
        "min_data_per_group": 100,
        "lambda_l2": 1.0,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "seed": settings.seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbose": -1,
        **(objective or {}),
    }


def _data(features: Features, matrix: Floats, target: Flags | Floats, start: Floats | None) -> lgb.Dataset:
    return lgb.Dataset(
        matrix,
        np.asarray(target, dtype=np.float64),
        feature_name=list(features.names),
        categorical_feature=features.categorical,
        init_score=start,
    )
