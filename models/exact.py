"""Arithmetic whose last bit does not depend on how many rows are computed together."""

import numpy as np
import polars as pl

from models.arrays import Floats


def quotient(values: pl.Series, divisor: float) -> pl.Series:
    """``values / divisor``, correctly rounded.

    Polars divides a single value, but multiplies a longer column by the reciprocal: a snapshot built alone would differ
    from the same one built among others.
    """
    return pl.Series(values.name, values.cast(pl.Float64).to_numpy() / divisor, nan_to_null=True)


def row_sums(values: Floats) -> Floats:
    """The sum of each row of (rows, columns), added from left to right.

    ``values.sum(axis=1)`` may add in another order for one row than for many, depending on how they lie in memory.
    """
    if not values.shape[1]:
        return np.zeros(len(values))
    return np.ascontiguousarray(values.cumsum(axis=1)[:, -1])
