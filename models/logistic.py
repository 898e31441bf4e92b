"""Logistic regression with a normal prior on its coefficients, by Newton's method."""

from functools import cache

import numpy as np
from threadpoolctl import ThreadpoolController

from models.arrays import Flags, Floats

MOST_STEPS = 100
TINY_STEP = 1e-8


def probability_of(log_odds: Floats) -> Floats:
    """The logistic function, without overflow at either end."""
    return 0.5 * (1.0 + np.tanh(log_odds / 2.0))


def logistic_coefficients(design: Floats, outcome: Flags, prior: Floats, precision: Floats) -> Floats:
    """The likeliest coefficients of the columns of ``design`` (rows, columns), given what was thought before.

    ``prior`` is what each coefficient is drawn to, ``precision`` how strongly: the inverse variance of a normal prior,
    0 for none. The loss is convex, and strictly so where each precision is above 0 or both outcomes occur.
    """
    with _blas().limit(limits=1, user_api="blas"):
        return _descended(design, outcome, prior, precision)


@cache
def _blas() -> ThreadpoolController:
    """One thread: on matrices of this size a second one costs more than it saves, and may round differently."""
    return ThreadpoolController()


def _descended(design: Floats, outcome: Flags, prior: Floats, precision: Floats) -> Floats:
    coefficients = prior.copy()
    loss = _loss(design, outcome, coefficients, prior, precision)
    for _ in range(MOST_STEPS):
        probability = probability_of(design @ coefficients)
        slope = design.T @ (probability - outcome) + precision * (coefficients - prior)
        curvature = (design * (probability * (1 - probability))[:, None]).T @ design + np.diag(precision)
        step = np.linalg.lstsq(curvature, slope, rcond=None)[0]
        size = 1.0
        while (
            after := _loss(design, outcome, coefficients - size * step, prior, precision)
        ) > loss and size > TINY_STEP:
            size /= 2
        coefficients, loss = coefficients - size * step, after
        if size * np.abs(step).max(initial=0.0) < TINY_STEP:
            break
    return coefficients


def _loss(design: Floats, outcome: Flags, coefficients: Floats, prior: Floats, precision: Floats) -> float:
    log_odds = design @ coefficients
    surprise = np.logaddexp(0.0, np.where(outcome, -log_odds, log_odds)).sum()
    return float(surprise + (precision * (coefficients - prior) ** 2).sum() / 2)
