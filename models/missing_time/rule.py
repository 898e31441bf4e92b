"""What a PMO looks at today: the simple rules that a predictor has to beat."""

import polars as pl

RULES = {
    "days_since_last_entry": "days since the last day with an entry",
    "missed_share_5": "share of the last five working days without an entry",
}
"""The rules by the snapshot field that each one reads: more is riskier. A null counts as the worst."""


def rule_score(snapshots: pl.DataFrame, rule: str) -> pl.Series:
    """The risk that a rule sees: higher is riskier, in the unit of its field."""
    worst = 1.0 if rule.startswith("missed_share") else 99.0
    return snapshots[rule].cast(pl.Float64).fill_null(worst)
