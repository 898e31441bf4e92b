"""Fitting the expected amounts: few shallow trees for the mean and each percentile, or what was usual so far."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from models.amounts import QUANTILES, Amounts
from models.arrays import Floats
from models.features import Features
from models.forecast import AMOUNTS
from models.scorers.trees import Trees
from models.task import Task
from training.dataset import Dataset
from training.kinds.trees import boost
from training.settings import FitSettings
from training.splits import folds

FEWEST_AMOUNTS = 200
"""With fewer known amounts than this no trees are fitted: the empirical mean and percentiles answer."""
TREES = (10, 25, 50, 100)
"""The numbers of trees that are tried on later folds, beside none at all."""


def fit_amounts(task: Task, features: Features, learn: Dataset, settings: FitSettings) -> Amounts | None:
    """What the task expects beside its probability; None where it expects nothing or no amount is known yet.

    Only amounts that were known when the rows were learnt from count (`Dataset.resolved_by`).
    """
    if task.expected is None:
        return None
    known = with_amounts(learn)
    if not len(known):
        return None
    amounts = _amounts(known)
    usual = {name: _usual(name, amounts) for name in AMOUNTS}
    trees: dict[str, Trees] = {}
    for name, count in _trees_worth_having(task, known, settings).items():
        matrix = features.matrix(known.frame)
        trees[name] = Trees(boost(features, matrix, amounts, settings, count, objective=_objective(name)))
    return Amounts(usual, trees)


def with_amounts(dataset: Dataset) -> Dataset:
    """The rows of which an amount is known."""
    return replace(dataset, frame=dataset.frame.filter(pl.col("came_to").is_not_null()))


def amount_loss(name: str, amount: Floats, expected: Floats) -> float:
    """How far off an expected amount is: the squared error of a mean, the pinball loss of a percentile.

    The pinball loss (Koenker and Bassett, 1978) of the 90th percentile counts what lies above it nine times as much
    as what lies below.
    """
    off = amount - expected
    if name not in QUANTILES:
        return float(np.mean(off**2))
    return float(np.mean(np.maximum(QUANTILES[name] * off, (QUANTILES[name] - 1) * off)))


def _trees_worth_having(task: Task, known: Dataset, settings: FitSettings) -> dict[str, int]:
    """How many trees make later folds' amounts best expected; names for which none do are left out."""
    if len(known) < FEWEST_AMOUNTS:
        return {}
    loss = {name: dict.fromkeys((0, *TREES), 0.0) for name in AMOUNTS}
    for split in folds(known):
        learn = with_amounts(split.learn)
        if len(learn) < FEWEST_AMOUNTS // 2 or not len(split.measure):
            continue
        _add_losses(loss, task, learn, split.measure, settings)
    best = {name: min(tried, key=lambda count, tried=tried: tried[count]) for name, tried in loss.items()}  # type: ignore[misc]
    return {name: count for name, count in best.items() if count}


def _add_losses(
    loss: Mapping[str, dict[int, float]], task: Task, learn: Dataset, measure: Dataset, settings: FitSettings
) -> None:
    features = Features.learn(task.snapshot, task.no_features, learn.frame)
    matrix, later, amounts = features.matrix(learn.frame), features.matrix(measure.frame), _amounts(learn)
    came_to = _amounts(measure)
    for name, tried in loss.items():
        booster = boost(features, matrix, amounts, settings, max(TREES), objective=_objective(name))
        for count in tried:
            if count:
                expected = np.asarray(booster.predict(later, num_iteration=count, num_threads=1))
            else:
                expected = np.full(len(later), _usual(name, amounts))
            tried[count] += amount_loss(name, came_to, expected) * len(later)


def _usual(name: str, amounts: Floats) -> float:
    return float(np.quantile(amounts, QUANTILES[name]) if name in QUANTILES else amounts.mean())


def _objective(name: str) -> dict[str, str | float]:
    return {"objective": "quantile", "alpha": QUANTILES[name]} if name in QUANTILES else {"objective": "regression"}


def _amounts(dataset: Dataset) -> Floats:
    return dataset.frame["came_to"].cast(pl.Float64).to_numpy()
