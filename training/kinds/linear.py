"""A strongly regularised logistic regression: for firms with more outcomes than a rule needs and fewer than trees do.

Numbers are held within their usual range and standardised; that a value is missing is a field of its own; categories
are one column each. The penalty is on all of them alike (ridge; Hoerl and Kennard, 1970; for logistic regression
le Cessie and van Houwelingen, 1992), so that with few rows every coefficient stays small.
"""

from dataclasses import dataclass

import numpy as np

from models.arrays import Flags, Floats
from models.features import Features
from models.logistic import logistic_coefficients
from models.scorers.additive import Additive, Line, Shape, Words

STRENGTHS = (0.001, 0.003, 0.01, 0.1)
"""The inverse penalties that are tried on later folds; the least is the strongest penalty."""
BENEATH_TREES = 0.001
"""The inverse penalty of the linear model on which trees are grown: they can still bend what it holds too straight."""
MOST_ROWS = 20_000
"""Coefficients of a hundred columns need no more, and the folds fit dozens of such models."""
USUAL = (0.01, 0.99)
"""Between these quantiles a number lies as it is; further out it counts as the nearer of them."""


def fit_linear(features: Features, matrix: Floats, outcome: Flags, strength: float) -> Additive:
    """The regression as a sum of one function a field, from a matrix that ``features`` made and its outcomes."""
    rows = _spread(len(matrix))
    matrix, outcome = matrix[rows], outcome[rows]
    numbers = [column for column in range(len(features.names)) if column not in features.categorical]
    fields = {column: _Number.of(matrix[:, column]) for column in numbers}
    words = {column: len(features.categories[features.names[column]]) for column in features.categorical}
    designed = [fields[column].columns(matrix[:, column]) for column in fields]
    designed += [_one_hot(matrix[:, column], known) for column, known in words.items()]
    design = np.hstack([*designed, np.ones((len(matrix), 1))])
    precision = np.array([*[1.0 / strength] * (design.shape[1] - 1), 0.0])
    *slopes, base = logistic_coefficients(design, outcome, np.zeros(design.shape[1]), precision).tolist()
    coefficients = iter(slopes)
    shapes: dict[int, Shape] = {}
    for column, number in fields.items():
        mean, shapes[column] = number.shape(next(coefficients), next(coefficients))
        base += mean
    for column, known in words.items():
        mean, shapes[column] = _words([next(coefficients) for _ in range(known)], matrix[:, column])
        base += mean
    return Additive("linear", base, len(features.names), shapes)


def _spread(rows: int) -> slice:
    """Every so-manieth row, so that the sample lies evenly in time."""
    return slice(None, None, -(-rows // MOST_ROWS) or 1)


@dataclass(frozen=True)
class _Number:
    """How one number is standardised: over the rows where it is known, and how many those are."""

    low: float
    high: float
    mean: float
    scale: float
    missing: float

    @classmethod
    def of(cls, values: Floats) -> "_Number":
        known = values[np.isfinite(values)]
        if not len(known):
            return cls(0.0, 0.0, 0.0, 1.0, 1.0)
        low, high = np.quantile(known, USUAL)
        held = np.clip(known, low, high)
        scale = float(held.std())
        return cls(float(low), float(high), float(held.mean()), scale or 1.0, float(np.isnan(values).mean()))

    def columns(self, values: Floats) -> Floats:
        missing = np.isnan(values)
        number = (np.clip(np.where(missing, self.mean, values), self.low, self.high) - self.mean) / self.scale
        return np.column_stack([number, missing])

    def shape(self, of_number: float, of_missing: float) -> tuple[float, Line]:
        """What the field adds on average, and its effect beyond that."""
        mean, slope = of_missing * self.missing, of_number / self.scale
        return mean, Line(self.low, self.high, slope, -slope * self.mean - mean, of_missing - mean)


def _one_hot(codes: Floats, known: int) -> Floats:
    columns: Floats = (codes[:, None] == np.arange(known)).astype(np.float64)
    return columns


def _words(coefficients: list[float], codes: Floats) -> tuple[float, Words]:
    mean = float(_one_hot(codes, len(coefficients)).mean(axis=0) @ np.array(coefficients))
    return mean, Words(tuple(each - mean for each in coefficients), -mean)
