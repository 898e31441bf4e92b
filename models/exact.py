"""Arithmetic whose last bit does not depend on how many rows are computed together."""

import polars as pl


def quotient(values: pl.Series, divisor: float) -> pl.Series:
    """``values / divisor``, correctly rounded.

    Polars divides a single value, but multiplies a longer column by the reciprocal: a snapshot built alone would differ
    from the same one built among others.
    """
    return pl.Series(values.name, values.cast(pl.Float64).to_numpy() / divisor, nan_to_null=True)
