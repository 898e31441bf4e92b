"""What a PMO looks at today: the simple rules that a predictor has to beat."""

import polars as pl

from models.milestone_miss.snapshot import PLANNED

RULES = {
    "days_to_due": "days to the due date of what is not achieved",
    "project_billed_late_share": "share of the project's milestones billed late",
    "client_billed_late_share": "share of the client's milestones billed late",
}
"""The rules by the snapshot field that each one reads. A share that is not known counts as none."""
NO_HURRY = 1_000.0
"""What is achieved is further from a miss than anything that is not."""


def rule_score(snapshots: pl.DataFrame, rule: str) -> pl.Series:
    """The risk that a rule sees: higher is riskier.

    Of days to the due date it is the fewer, the riskier, and all that is achieved comes after all that is not.
    """
    if rule != "days_to_due":
        return snapshots[rule].cast(pl.Float64).fill_null(0.0)
    hurry = -pl.col("days_to_due").cast(pl.Float64)
    risk = pl.when(pl.col("stage") == PLANNED).then(hurry).otherwise(hurry - NO_HURRY)
    return snapshots.select(risk.alias(rule))[rule]
