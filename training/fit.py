"""Fitting a predictor: shallow gradient-boosted trees, calibrated on their own future."""

from collections.abc import Callable

import lightgbm as lgb
import numpy as np

from models.arrays import Flags, Floats
from models.calibration import Bands, Calibration, probability_of
from models.features import Features
from models.predictor import Predictor
from models.scorers.trees import Trees
from models.task import Task
from training.dataset import Dataset
from training.metrics import METRICS
from training.settings import FitSettings, Settings
from training.splits import TooFewRowsError, folds

FEWEST_ROWS = 200
FEWEST_OF_EACH = 20
"""Below this a fold says nothing about calibration, and the raw score is kept."""
WORTH_IT = 0.0005
"""By how much a calibration must lower the log loss of later folds to be used: less is noise."""

SHARES_OF_TREES = (0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0)
"""At which shares of the trees the folds are forecast, to choose how many are worth having."""

Progress = Callable[[str], None]
Forecast = tuple[Floats, Flags]
"""Raw scores of some rows and what then happened."""


def fit(task: Task, learn: Dataset, settings: Settings, progress: Progress) -> Predictor:
    """Fits the predictor of a task on all rows of ``learn``; how to calibrate is decided on folds later in time.

    Raises TooFewRowsError where the rows do not show both outcomes often enough to learn from.
    """
    _refuse_too_few(learn)
    progress("choosing trees and calibration on later folds")
    trees, calibration = _chosen(task, learn, settings.fit)
    progress(f"fitting {trees} trees on {len(learn):,} rows")
    features = Features.learn(task.snapshot, task.no_features, learn.frame)
    booster = _boost(features, learn, settings.fit, trees)
    bands = Bands(settings.fit.band_medium, settings.fit.band_high)
    return Predictor(task.name, settings.outcome.model_dump(mode="json"), features, Trees(booster), calibration, bands)


def _refuse_too_few(learn: Dataset) -> None:
    positives = int(learn.outcome.sum())
    if len(learn) < FEWEST_ROWS or min(positives, len(learn) - positives) < FEWEST_OF_EACH:
        raise TooFewRowsError(
            f"{len(learn)} rows to learn from, {positives} of them with the outcome; expected at least {FEWEST_ROWS} "
            f"rows, and {FEWEST_OF_EACH} with and {FEWEST_OF_EACH} without it"
        )


def _boost(features: Features, learn: Dataset, settings: FitSettings, trees: int) -> lgb.Booster:
    parameters = {
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
    }
    data = lgb.Dataset(
        features.matrix(learn.frame),
        learn.outcome.astype(np.float64),
        feature_name=list(features.names),
        categorical_feature=features.categorical,
    )
    return lgb.train(parameters, data, num_boost_round=trees)


def _chosen(task: Task, learn: Dataset, settings: FitSettings) -> tuple[int, Calibration]:
    """How many trees, and which calibration: those that make the forecasts of later folds likeliest.

    Each fold is forecast by a model of what was known before it. Few rows thus end up with few trees. Where no fold
    says enough, half of the trees and the raw score are taken.
    """
    steps = sorted({max(1, round(settings.trees * share)) for share in SHARES_OF_TREES})
    forecasts: dict[int, list[Forecast]] = {step: [] for step in steps}
    for split in folds(learn):
        if not _says_enough(split.learn) or not _says_enough(split.measure):
            continue
        features = Features.learn(task.snapshot, task.no_features, split.learn.frame)
        booster = _boost(features, split.learn, settings, settings.trees)
        matrix = features.matrix(split.measure.frame)
        for step in steps:
            raw = booster.predict(matrix, raw_score=True, num_iteration=step, num_threads=1)
            forecasts[step].append((np.asarray(raw), split.measure.outcome))
    if not forecasts[steps[0]]:
        return max(1, settings.trees // 2), Calibration()
    trees = min(steps, key=lambda step: sum(_loss(Calibration(), *forecast) for forecast in forecasts[step]))
    return trees, _calibration(forecasts[trees])


def _calibration(forecasts: list[Forecast]) -> Calibration:
    """The line that makes later folds' forecasts likelier, or the identity where none does.

    A line fitted on the folds so far is judged on the next; the one that is returned is fitted on all.
    """
    raw_loss = line_loss = 0.0
    for position in range(1, len(forecasts)):
        line = Calibration.fit(*_joined(forecasts[:position]))
        raw_loss += _loss(Calibration(), *forecasts[position])
        line_loss += _loss(line, *forecasts[position])
    judged = sum(len(raw) for raw, _ in forecasts[1:])
    if not judged or line_loss > raw_loss - WORTH_IT * judged:
        return Calibration()
    return Calibration.fit(*_joined(forecasts))


def _says_enough(part: Dataset) -> bool:
    positives = int(part.outcome.sum())
    return min(positives, len(part) - positives) >= FEWEST_OF_EACH


def _joined(forecasts: list[Forecast]) -> tuple[Floats, Flags]:
    return np.concatenate([raw for raw, _ in forecasts]), np.concatenate([outcome for _, outcome in forecasts])


def _loss(calibration: Calibration, raw: Floats, outcome: Flags) -> float:
    return METRICS["log_loss"].of(outcome, probability_of(calibration.log_odds(raw))) * len(raw)
