"""How sure a figure is: bootstrap intervals in which whole persons or projects are drawn, not rows.

The rows of one person resemble each other; drawing rows would make any figure look surer than it is.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from sklearn.metrics import log_loss

from models.arrays import Flags, Floats, Ints
from training.metrics import expected_calibration_error

DRAWS = 200
SEED = 0


@dataclass(frozen=True)
class Interval:
    """A figure with its 95% interval."""

    value: float
    low: float
    high: float


def clusters(subject_ids: pl.Series) -> Ints:
    """A number for each row, the same for all rows of one person or project: the id up to its last slash."""
    return _numbered(_owners(subject_ids))


def events(frame: pl.DataFrame) -> Ints:
    """A number for each row, the same for rows of one person or project that are resolved at the same instant.

    Such rows share what happens: who does not hand a week in misses all of its days.
    """
    resolved = frame["resolved_at"].dt.to_string("iso")
    return _numbered(_owners(frame["subject_id"]) + "@" + resolved)


def _owners(subject_ids: pl.Series) -> pl.Series:
    return subject_ids.str.replace(r"/[^/]*$", "")


def _numbered(names: pl.Series) -> Ints:
    return names.rank("dense").cast(pl.Int64).to_numpy() - 1


def auc_gain(outcome: Flags, ours: Floats, theirs: Floats, cluster: Ints) -> Interval:
    """By how much ``ours`` ranks better than ``theirs``, in AUC."""
    our_auc, their_auc = _weighted_auc(outcome, ours), _weighted_auc(outcome, theirs)
    return _bootstrap(lambda weight: our_auc(weight) - their_auc(weight), cluster)


def log_loss_gain(outcome: Flags, ours: Floats, theirs: Floats, cluster: Ints) -> Interval:
    """By how much ``ours`` is likelier than ``theirs``, in log loss a row; positive is better."""
    return _bootstrap(lambda weight: _loss(outcome, theirs, weight) - _loss(outcome, ours, weight), cluster)


def ece_by_luck(probability: Floats, event: Ints) -> float:
    """The calibration error that perfectly calibrated forecasts stay below 95 times in 100, on these very rows.

    Outcomes are drawn from the forecasts, one draw an event (see `events`).
    """
    generator = np.random.default_rng(SEED)
    count = int(event.max()) + 1
    drawn = [
        expected_calibration_error(generator.random(count)[event] < probability, probability) for _ in range(DRAWS)
    ]
    return float(np.quantile(drawn, 0.95))


def _bootstrap(figure: Callable[[Floats], float], cluster: Ints) -> Interval:
    generator = np.random.default_rng(SEED)
    count = int(cluster.max()) + 1
    drawn = [
        figure(np.bincount(generator.integers(0, count, count), minlength=count)[cluster].astype(np.float64))
        for _ in range(DRAWS)
    ]
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return Interval(figure(np.ones(len(cluster))), float(low), float(high))


def _weighted_auc(outcome: Flags, probability: Floats) -> Callable[[Floats], float]:
    """The AUC as a function of the rows' weights; NaN where an outcome has no weight.

    Sorted once, for two hundred draws: the share of pairs ranked rightly, ties counting half (Mann and Whitney, 1947).
    """
    order = np.argsort(probability, kind="stable")
    _, starts = np.unique(probability[order], return_index=True)
    positive = outcome[order]

    def auc(weight: Floats) -> float:
        weight = weight[order]
        ups = np.add.reduceat(np.where(positive, weight, 0.0), starts)
        downs = np.add.reduceat(np.where(positive, 0.0, weight), starts)
        pairs = ups.sum() * downs.sum()
        below = np.cumsum(downs) - downs
        return float((ups * (below + downs / 2)).sum() / pairs) if pairs else float("nan")

    return auc


def _loss(outcome: Flags, probability: Floats, weight: Floats) -> float:
    return float(log_loss(outcome, np.clip(probability, 1e-9, 1 - 1e-9), sample_weight=weight, labels=[False, True]))
