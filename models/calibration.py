"""From a raw score to a probability one may trust, and from a probability to a band."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.arrays import Flags, Floats
from models.logistic import logistic_coefficients, probability_of

__all__ = ["Band", "Bands", "Calibration", "ScoreBands", "probability_of"]

Band = Literal["low", "medium", "high"]
IDENTITY = np.array([1.0, 0.0])
"""The slope and offset that leave a score as it is."""


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
        """The likeliest line, drawn a little towards the identity, so that few rows move it little.

        The draw is that of a normal prior of one unit around slope 1 and offset 0. A line that would turn the order
        round is refused, and so is one of rows that all came to the same: the identity is returned.
        """
        if outcome.all() or not outcome.any():
            return cls()
        design = np.column_stack([raw, np.ones(len(raw))])
        slope, offset = logistic_coefficients(design, outcome, IDENTITY, np.ones(2)).tolist()
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
