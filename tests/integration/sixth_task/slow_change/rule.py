"""What a PMO looks at today."""

import polars as pl

RULES = {"hours": "hours of work that it adds"}


def rule_score(snapshots: pl.DataFrame, rule: str) -> pl.Series:
    """The risk that the rule sees: higher is riskier."""
    return snapshots[rule].cast(pl.Float64).fill_null(0.0)
