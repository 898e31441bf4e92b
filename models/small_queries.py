"""Queries of many steps over few rows, which is what a call asks: run as they are written.

What the optimiser of polars costs is a multiple of what it saves on such frames, and a step of its own for each method
costs more still.
"""

import polars as pl

_AS_WRITTEN = pl.QueryOptFlags.none()


def collected(query: pl.LazyFrame) -> pl.DataFrame:
    """What the query comes to."""
    return query.collect(optimizations=_AS_WRITTEN)
