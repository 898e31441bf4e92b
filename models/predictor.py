"""A trained predictor: snapshots in, calibrated probabilities and the effects that add up to them out."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from models.amounts import Amounts
from models.arrays import Floats
from models.calibration import Band, Bands, Calibration, ScoreBands, probability_of
from models.features import Features
from models.forecast import Expected, Forecast
from models.scorers import Kind, Scorer


@dataclass(frozen=True)
class Scores:
    """What a predictor says of some snapshots, a row each.

    ``log_odds`` (rows,) is the calibrated score and ``probability`` is read from it. Where effects were asked for,
    ``base + effects.sum(axis=1)`` is ``log_odds``: exact additive contributions, in log-odds, one column a feature.
    ``expected`` has the columns of `models.forecast.AMOUNTS` where the task has them. Of an unsupervised predictor
    ``log_odds`` is the score, larger is more unusual, and every ``probability`` is NaN.
    """

    log_odds: Floats
    probability: Floats
    bands: list[Band]
    base: float | None = None
    effects: Floats | None = None
    expected: pl.DataFrame | None = None

    def probabilities(self) -> list[float | None]:
        """The probabilities as plain values, None where there is none."""
        return [None if value != value else value for value in self.probability.tolist()]  # noqa: PLR0124 - NaN

    def forecasts(self) -> list[Forecast]:
        """The same a row at a time, as proposals take it."""
        amounts = [None] * len(self.bands) if self.expected is None else self.expected.iter_rows(named=True)
        return [
            Forecast(probability, band, None if amount is None else Expected(**amount))
            for probability, band, amount in zip(self.probabilities(), self.bands, amounts, strict=True)
        ]

    def chances(self) -> pl.Series:
        """The probabilities as a column named ``probability``, null where there is none: what money is made from."""
        return pl.Series("probability", self.probability, dtype=pl.Float64).fill_nan(None)


@dataclass(frozen=True)
class Predictor:
    """The model of one task with all that it needs to answer: features, calibration, bands, outcome settings.

    ``bands`` are `ScoreBands` where the scorer is unsupervised, else `Bands`. ``amounts`` forecast what the task
    expects beside the probability, None where it expects nothing.
    """

    task: str
    settings: dict[str, Any]
    features: Features
    scorer: Scorer
    calibration: Calibration
    bands: Bands | ScoreBands
    amounts: Amounts | None = None

    @property
    def kind(self) -> Kind:
        """What answers: the rule, a linear model, trees, or an unsupervised score."""
        return self.scorer.kind

    def score(self, snapshots: pl.DataFrame, *, explain: bool = False) -> Scores:
        """Scores snapshots that carry the task's fields. A row scores the same alone and among others, to the bit."""
        return self.score_matrix(self.features.matrix(snapshots), explain=explain)

    def score_matrix(self, matrix: Floats, *, explain: bool = False) -> Scores:
        """Scores rows that `Features` has already made numbers of, shape (rows, features)."""
        raw, effects = self.scorer.explained(matrix) if explain else (self.scorer.raw(matrix), None)
        log_odds = self.calibration.log_odds(raw)
        probability = self._probability(log_odds)
        return Scores(
            log_odds,
            probability,
            self._bands(log_odds, probability),
            None if effects is None else self.calibration.slope * self.scorer.base + self.calibration.offset,
            None if effects is None else effects * self.calibration.slope,
            None if self.amounts is None else self.amounts.of(matrix),
        )

    def _probability(self, log_odds: Floats) -> Floats:
        return np.full(len(log_odds), np.nan) if self.kind == "unsupervised" else probability_of(log_odds)

    def _bands(self, log_odds: Floats, probability: Floats) -> list[Band]:
        levels = log_odds if isinstance(self.bands, ScoreBands) else probability
        return [self.bands.of(level) for level in levels.tolist()]
