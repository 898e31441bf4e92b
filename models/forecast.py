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
    """The probability of the outcome, its band, and the expected amount where the task has one."""

    probability: float
    band: Band
    expected: Expected | None = None
