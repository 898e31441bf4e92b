"""How sure a figure is: bootstrap intervals in which whole persons or projects are drawn, not rows.

The rows of one person resemble each other; drawing rows would make any figure look surer than it is.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from sklearn.metrics import log_loss

from models.arrays import Flags, Floats, Ints
from training.metrics import calibration_error

DRAWS = 200
SEED = 0


@dataclass(frozen=True)
class Interval:
    """A figure with its 95% interval."""

    value: float
    low: float
    high: float


def owners(frame: pl.DataFrame, owner: str | None) -> pl.Series:
    """Whose row each one is: the cell of ``owner`` (see `models.task.Task`), or the id up to its last slash.

    A row whose owner is not known is its subject's own.
    """
    itself = frame["subject_id"].str.replace(r"/[^/]*$", "")
    if owner is None:
        return itself
    # A subject may have the id of an owner: the prefix keeps the two apart.
    return frame.select(pl.coalesce("own:" + pl.col(owner), "subject:" + pl.col("subject_id")).alias("owner"))["owner"]


def clusters(frame: pl.DataFrame, owner: str | None) -> Ints:
    """A number for each row, the same for all rows of one person or project."""
    return _numbered(owners(frame, owner))


def events(frame: pl.DataFrame, owner: str | None) -> Ints:
    """A number for each row, the same for rows of one person or project that are resolved at the same instant.

    Such rows share what happens: who does not hand a week in misses all of its days.
    """
    return _numbered(owners(frame, owner) + "@" + frame["resolved_at"].dt.to_string("iso"))


def _numbered(names: pl.Series) -> Ints:
    return names.rank("dense").cast(pl.Int64).to_numpy() - 1


def auc_gain(outcome: Flags, ours: Floats, theirs: Floats, cluster: Ints) -> Interval:
    """By how much ``ours`` ranks better than ``theirs``, in AUC."""
    our_auc, their_auc = _weighted_auc(outcome, ours), _weighted_auc(outcome, theirs)
    return bootstrap(lambda weight: our_auc(weight) - their_auc(weight), cluster)


def log_loss_gain(outcome: Flags, ours: Floats, theirs: Floats, cluster: Ints) -> Interval:
    """By how much ``ours`` is likelier than ``theirs``, in log loss a row; positive is better."""
    return bootstrap(lambda weight: _loss(outcome, theirs, weight) - _loss(outcome, ours, weight), cluster)


def ece_by_luck(probability: Floats, event: Ints) -> float:
    """The calibration error that perfectly calibrated forecasts stay below 95 times in 100, on these very rows."""
    return float(np.quantile(errors_by_luck(probability, event), 0.95))


def errors_by_luck(probability: Floats, event: Ints) -> Floats:
    """The calibration errors that perfectly calibrated forecasts show on these very rows, one a draw.

    Outcomes are drawn from the forecasts, one draw an event (see `events`).
    """
    generator = np.random.default_rng(SEED)
    count = int(event.max()) + 1
    error = calibration_error(probability)
    return np.array([error(generator.random(count)[event] < probability) for _ in range(DRAWS)])


def bootstrap(figure: Callable[[Floats], float], cluster: Ints) -> Interval:
    """A figure of the rows' weights, with the interval over draws of whole clusters (NaN draws say nothing)."""
    generator = np.random.default_rng(SEED)
    count = int(cluster.max()) + 1
    drawn = [
        figure(np.bincount(generator.integers(0, count, count), minlength=count)[cluster].astype(np.float64))
        for _ in range(DRAWS)
    ]
    said = [value for value in drawn if not np.isnan(value)]
    low, high = np.quantile(said, [0.025, 0.975]) if said else (np.nan, np.nan)
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
