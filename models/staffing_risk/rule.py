"""What a PMO looks at today: the simple rules that a predictor has to beat."""

import polars as pl

RULES = {
    "days_to_needed_by": "how few days are left until the request is needed",
    "notice_used": "how much of the notice has passed",
    "in_time_role": "how many of the last year's similar requests were late",
}
"""The rules by the snapshot field that each one reads. A null counts as the middle."""

_FEWER_IS_RISKIER = frozenset({"days_to_needed_by", "in_time_role"})
_MIDDLE = 0.5


def rule_score(snapshots: pl.DataFrame, rule: str) -> pl.Series:
    """The risk that a rule sees: higher is riskier, in the unit of its field."""
    values = snapshots[rule].cast(pl.Float64).fill_null(_MIDDLE)
    return -values if rule in _FEWER_IS_RISKIER else values
