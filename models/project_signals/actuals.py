"""What a project has really cost and earned, beside what its forecast says."""

import polars as pl

from models.point_in_time import versions
from models.project_signals.sums import FLOW, cents, difference, margin, share
from models.records import Records
from models.running_sums import RunningSums, movements

RECENT_DAYS = 92
"""Three months: the longest three in a row."""


def actuals(records: Records, subjects: pl.DataFrame) -> pl.DataFrame:
    """The fields of actuals, in the order of ``subjects``.

    ``subjects`` has ``project_id``, ``as_of``, ``forecast_margin`` and ``forecast_cost_cents``. The last three months
    are those that became known in the last 92 days.
    """
    known = versions(records, "actuals", ["cost", "revenue_recognised"]).select(
        "project_id", "known_at", "known_until", cost=cents("cost"), revenue=cents("revenue_recognised")
    )
    sums = RunningSums(movements(known, ["cost", "revenue"]), "project_id", ["cost", "revenue"])
    ever, lately = sums.at(subjects), sums.within(subjects, RECENT_DAYS)
    recent = margin(lately["cost"], lately["revenue"])
    return pl.DataFrame({
        "margin_to_date": margin(ever["cost"], ever["revenue"]),
        "margin_3_months": recent,
        "forecast_above_3_months": difference(subjects["forecast_margin"], recent),
        "cost_spent_share": share(ever["cost"], subjects["forecast_cost_cents"], -FLOW, FLOW),
    })  # fmt: skip
