"""What a predictor says of one subject, as plain values: what proposals are made from."""

from dataclasses import dataclass

from models.calibration import Band

AMOUNTS = ("mean", "p10", "p50", "p90")
"""The columns in which an expected amount is given for many subjects."""


@dataclass(frozen=True)
class Expected:
    """How much is expected, in the unit of the task: its mean, and between which values it lies 8 times in 10."""

    mean: float
    p10: float
    p50: float
    p90: float


@dataclass(frozen=True)
class Forecast:
    """The probability of the outcome, its band, and the expected amount where the task has one.

    The probability is None where nothing but an unsupervised score is known: a band, and no chance of anything.
    """

    probability: float | None
    band: Band
    expected: Expected | None = None

    @property
    def chance(self) -> str:
        """The probability in words, to be set into a sentence: "73%", or "of unknown probability"."""
        return "of unknown probability" if self.probability is None else f"{self.probability:.0%}"
