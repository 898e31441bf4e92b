"""Exact whole numbers out of cells, and shares out of whole numbers: what the themes add up and divide."""

import numpy as np
import polars as pl

from models.arrays import Floats

MOST = 1e13
"""Amounts beyond this are cut to it, so that sums over a firm's history stay within 64 bits."""
MANY_DAYS = 100_000
"""No two dates of a project are further apart, whatever somebody typed."""
FLOW = 10.0
"""Shares and changes of amounts that may exceed the whole are cut at ten times of it."""


def cents(column: str) -> pl.Expr:
    """An amount of money in hundredths of its currency's unit."""
    return (pl.col(column).clip(-MOST / 100, MOST / 100) * 100).round().cast(pl.Int64)


def seconds(column: str) -> pl.Expr:
    """Hours in seconds."""
    return (pl.col(column).clip(-MOST / 3600, MOST / 3600) * 3600).round().cast(pl.Int64)


def flag(condition: pl.Expr) -> pl.Expr:
    """1 where the condition holds, 0 where it does not or cannot be told."""
    return condition.fill_null(value=False).cast(pl.Int64)


def day_number(instant: str) -> pl.Expr:
    """The days from 1970 to an instant, in UTC."""
    return pl.col(instant).dt.date().cast(pl.Int32).cast(pl.Int64)


def days_from(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """Whole days between two days or two instants; negative where the end comes first."""
    return (end - start).dt.total_days().clip(-MANY_DAYS, MANY_DAYS)


def share(part: pl.Series, whole: pl.Series, low: float = 0.0, high: float = 1.0) -> pl.Series:
    """``part / whole`` within bounds; null where the whole is nothing, negative or unknown.

    Divided by numpy, so that the last bit does not depend on how many rows are divided together.
    """
    top, bottom = _floats(part), _floats(whole)
    told = bottom > 0
    quotient = np.divide(top, bottom, out=np.full(len(top), np.nan), where=told)
    return pl.Series(part.name, np.clip(quotient, low, high), dtype=pl.Float64, nan_to_null=True)


def margin(cost: pl.Series, revenue: pl.Series) -> pl.Series:
    """``1 - cost / revenue``, at least -10; null where there is no revenue."""
    spent = _floats(share(cost, revenue, -FLOW, FLOW + 1))
    return pl.Series(cost.name, np.clip(1 - spent, -FLOW, FLOW), dtype=pl.Float64, nan_to_null=True)


def difference(one: pl.Series, other: pl.Series) -> pl.Series:
    """``one - other`` within ten; null where either is unknown."""
    return (one - other).clip(-FLOW, FLOW)


def _floats(values: pl.Series) -> Floats:
    floats: Floats = values.cast(pl.Float64).to_numpy()  # a null is NaN there
    return floats
