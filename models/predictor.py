"""A trained predictor: snapshots in, calibrated probabilities and the effects that add up to them out."""

from dataclasses import dataclass
from typing import Any

import lightgbm as lgb
import numpy as np
import polars as pl

from models.arrays import Floats
from models.calibration import Band, Bands, Calibration, probability_of
from models.features import Features
from models.forecast import Expected, Forecast


@dataclass(frozen=True)
class Scores:
    """What a predictor says of some snapshots, a row each.

    ``log_odds`` (rows,) is the calibrated score and ``probability`` is read from it. Where effects were asked for,
    ``base + effects.sum(axis=1)`` is ``log_odds``: exact additive contributions (Lundberg et al., TreeSHAP, 2018), in
    log-odds, one column a feature. ``expected`` has the columns of `models.forecast.AMOUNTS` where the task has them.
    """

    log_odds: Floats
    probability: Floats
    bands: list[Band]
    base: float | None = None
    effects: Floats | None = None
    expected: pl.DataFrame | None = None

    def forecasts(self) -> list[Forecast]:
        """The same a row at a time, as proposals take it."""
        amounts = [None] * len(self.bands) if self.expected is None else self.expected.iter_rows(named=True)
        return [
            Forecast(probability, band, None if amount is None else Expected(**amount))
            for probability, band, amount in zip(self.probability.tolist(), self.bands, amounts, strict=True)
        ]


@dataclass(frozen=True)
class Predictor:
    """The model of one task with all that it needs to answer: features, calibration, bands, outcome settings."""

    task: str
    settings: dict[str, Any]
    features: Features
    booster: lgb.Booster
    calibration: Calibration
    bands: Bands

    def score(self, snapshots: pl.DataFrame, *, explain: bool = False, threads: int = 1) -> Scores:
        """Scores snapshots that carry the task's fields.

        One thread a call by default: on a single row more threads cost a hundred times what they save (spin-waiting).
        """
        if snapshots.is_empty():
            return Scores(np.empty(0), np.empty(0), [], 0.0, np.empty((0, len(self.features.names))))
        matrix = self.features.matrix(snapshots)
        if not explain:
            raw = np.asarray(self.booster.predict(matrix, raw_score=True, num_threads=threads))
            return self._scores(self.calibration.log_odds(raw))
        contributions = np.asarray(self.booster.predict(matrix, pred_contrib=True, num_threads=threads))
        effects = contributions[:, :-1] * self.calibration.slope
        base = float(contributions[0, -1] * self.calibration.slope + self.calibration.offset)
        return self._scores(base + effects.sum(axis=1), base, effects)

    def _scores(self, log_odds: Floats, base: float | None = None, effects: Floats | None = None) -> Scores:
        probability = probability_of(log_odds)
        return Scores(log_odds, probability, [self.bands.of(value) for value in probability.tolist()], base, effects)
