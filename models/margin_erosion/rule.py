"""What a PMO looks at today: the simple rules that a predictor has to beat."""

import polars as pl

RULES = {
    "forecast_below_baseline": "how far the margin forecast lies below the margin the project was sold at",
    "burnt_ahead_of_time": "share of the budgeted hours burnt less share of the planned time gone",
    "forecast_margin_change": "how far the last forecast fell below the one before",
    "forecast_margin": "how low the margin forecast is",
}
"""The rules by the snapshot field that each one reads. A null is no news, and counts as no change."""
LOWER_IS_RISKIER = frozenset({"forecast_margin_change", "forecast_margin"})


def rule_score(snapshots: pl.DataFrame, rule: str) -> pl.Series:
    """The risk that a rule sees: higher is riskier, in shares."""
    values = snapshots[rule].cast(pl.Float64).fill_null(0.0)
    return -values if rule in LOWER_IS_RISKIER else values
