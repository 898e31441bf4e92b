"""How unusual a row is among the others, where nobody has said what came of any: a score, and no probability.

HBOS (Goldstein and Dengel, "Histogram-based outlier score", 2012): the sum over the fields of minus the logarithm of
how dense each value is in a histogram. A sum, so that reasons add up; fields that say the same count twice.
"""

import numpy as np

from models.arrays import Floats, Ints
from models.calibration import ScoreBands
from models.features import Features
from models.scorers.additive import Additive, Shape, Steps, Words

BINS = 20
USUAL = (0.005, 0.995)
"""The bins have one width between these quantiles; what lies beyond is in two bins of its own."""
SMOOTHING = 1.0
"""Rows added to each bin: what was never seen is rare, not impossible."""
MEDIUM_SHARE, HIGH_SHARE = 0.05, 0.01
"""The most unusual hundredth is high, the most unusual twentieth at least medium."""


def fit_unsupervised(features: Features, matrix: Floats) -> tuple[Additive, ScoreBands]:
    """The score from a matrix that ``features`` made, and the bands by its quantiles over the same rows."""
    base, shapes = 0.0, dict[int, Shape]()
    for column, name in enumerate(features.names):
        values = matrix[:, column]
        known = features.categories.get(name)
        mean, shapes[column] = _numbers(values) if known is None else _words(values, len(known))
        base += mean
    scorer = Additive("unsupervised", base, len(features.names), shapes)
    raw = scorer.raw(matrix)
    medium, high = np.quantile(raw, [1 - MEDIUM_SHARE, 1 - HIGH_SHARE]).tolist()
    return scorer, ScoreBands(medium, high)


def _numbers(values: Floats) -> tuple[float, Steps]:
    known = np.isfinite(values)
    edges = _edges(values[known])
    bin_of = np.where(np.isnan(values), len(edges) + 1, (values[:, None] >= edges).sum(axis=1))
    mean, rarity = _rarity(bin_of, len(edges) + 2)
    return mean, Steps(tuple(edges.tolist()), tuple(rarity[:-1]), rarity[-1])


def _edges(values: Floats) -> Floats:
    if not len(values):
        return np.empty(0)
    low, high = np.quantile(values, USUAL)
    return np.unique([*np.linspace(low, high, BINS + 1)[:-1], np.nextafter(high, np.inf)])


def _words(codes: Floats, known: int) -> tuple[float, Words]:
    mean, rarity = _rarity(np.where(np.isnan(codes), known, codes).astype(np.int64), known + 1)
    return mean, Words(tuple(rarity[:-1]), rarity[-1])


def _rarity(bin_of: Ints, bins: int) -> tuple[float, list[float]]:
    """Minus the logarithm of each bin's share, as difference from its mean over the rows, and that mean."""
    rows = np.bincount(bin_of, minlength=bins)
    rarity = -np.log((rows + SMOOTHING) / (rows.sum() + SMOOTHING * bins))
    mean = float(rarity[bin_of].mean())
    return mean, (rarity - mean).tolist()
