"""Fitting the expected amounts: few shallow trees for the mean and each percentile, or what was usual so far."""

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
from training.side_by_side import side_by_side
from training.splits import Split, folds

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
    usable = [replace(split, learn=with_amounts(split.learn)) for split in folds(known)]
    usable = [split for split in usable if len(split.learn) >= FEWEST_AMOUNTS // 2 and len(split.measure)]
    by_fold = side_by_side(lambda split: _losses(task, split, settings), usable)
    loss = {name: {count: sum(each[name][count] for each in by_fold) for count in (0, *TREES)} for name in AMOUNTS}
    best = {name: min(tried, key=lambda count, tried=tried: tried[count]) for name, tried in loss.items()}  # type: ignore[misc]
    return {name: count for name, count in best.items() if count}


def _losses(task: Task, split: Split, settings: FitSettings) -> dict[str, dict[int, float]]:
    """The losses of one fold's later rows, by name and number of trees."""
    features = Features.learn(task.snapshot, task.no_features, split.learn.frame)
    matrix, later = features.matrix(split.learn.frame), features.matrix(split.measure.frame)
    amounts, came_to = _amounts(split.learn), _amounts(split.measure)
    found: dict[str, dict[int, float]] = {}
    for name in AMOUNTS:
        booster = boost(features, matrix, amounts, settings, max(TREES), objective=_objective(name))
        expected = {0: np.full(len(later), _usual(name, amounts))} | {
            count: np.asarray(booster.predict(later, num_iteration=count, num_threads=1)) for count in TREES
        }
        found[name] = {count: amount_loss(name, came_to, each) * len(later) for count, each in expected.items()}
    return found


def _usual(name: str, amounts: Floats) -> float:
    return float(np.quantile(amounts, QUANTILES[name]) if name in QUANTILES else amounts.mean())


def _objective(name: str) -> dict[str, str | float]:
    return {"objective": "quantile", "alpha": QUANTILES[name]} if name in QUANTILES else {"objective": "regression"}


def _amounts(dataset: Dataset) -> Floats:
    return dataset.frame["came_to"].cast(pl.Float64).to_numpy()
