"""From a raw score to a probability one may trust, and from a probability to a band."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from sklearn.linear_model import LogisticRegression

from models.arrays import Flags, Floats

Band = Literal["low", "medium", "high"]
NO_PENALTY = np.inf


def probability_of(log_odds: Floats) -> Floats:
    """The logistic function, without overflow at either end."""
    return 0.5 * (1.0 + np.tanh(log_odds / 2.0))


@dataclass(frozen=True)
class Calibration:
    """A line on the log-odds (Platt, 1999): ``slope * raw + offset``. The identity leaves the score as it is.

    A line, because effects that add up to the raw score then still add up after it: each is multiplied by the slope.
    """

    slope: float = 1.0
    offset: float = 0.0

    def log_odds(self, raw: Floats) -> Floats:
        return self.slope * raw + self.offset

    @classmethod
    def fit(cls, raw: Floats, outcome: Flags) -> "Calibration":
        """The line of largest likelihood. One that would turn the order round is refused: the identity is returned."""
        if outcome.all() or not outcome.any():
            return cls()
        line = LogisticRegression(C=NO_PENALTY, max_iter=1000).fit(raw.reshape(-1, 1), outcome)
        slope, offset = float(line.coef_[0, 0]), float(line.intercept_[0])
        return cls(slope, offset) if slope > 0 else cls()


@dataclass(frozen=True)
class Bands:
    """From which probability a band begins. Defaults: one in five is worth a look, more likely than not is high."""

    medium: float = 0.2
    high: float = 0.5

    def __post_init__(self) -> None:
        if not 0 < self.medium < self.high < 1:
            raise ValueError(f"bands begin at medium={self.medium}, high={self.high}; expected 0 < medium < high < 1")

    def of(self, probability: float) -> Band:
        return _band(probability, self.medium, self.high)


@dataclass(frozen=True)
class ScoreBands:
    """From which score a band begins, for a predictor that gives no probability: shares of what it learnt from."""

    medium: float
    high: float

    def __post_init__(self) -> None:
        if not -np.inf < self.medium <= self.high < np.inf:
            raise ValueError(f"bands begin at medium={self.medium}, high={self.high}; expected medium <= high")

    def of(self, score: float) -> Band:
        return _band(score, self.medium, self.high)


def _band(value: float, medium: float, high: float) -> Band:
    return "high" if value >= high else "medium" if value >= medium else "low"
