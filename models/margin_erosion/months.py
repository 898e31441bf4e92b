"""The latest months of a project: what the last one earned, and where the last three are going."""

import polars as pl

from models.point_in_time import versions
from models.project_signals.actuals import RECENT_DAYS
from models.project_signals.sums import cents, difference, margin
from models.project_signals.timeline import latest
from models.records import Records
from models.running_sums import RunningSums, movements


def months(records: Records, subjects: pl.DataFrame) -> pl.DataFrame:
    """The fields of the latest months, in the order of ``subjects`` (``project_id``, ``as_of``, ``forecast_margin``).

    A month without its cost or its revenue has no margin, and counts for none.
    """
    known = versions(records, "actuals", ["cost", "revenue_recognised"]).drop_nulls(["cost", "revenue_recognised"])
    known = known.with_columns(cost=cents("cost"), revenue=cents("revenue_recognised"))
    last = latest(subjects, _latest_month(known), "project_id")
    last_month = margin(last["cost"], last["revenue"])
    sums = RunningSums(movements(known, ["cost", "revenue"]), "project_id", ["cost", "revenue"])
    now = sums.at(subjects)
    before, long_before = (sums.at(subjects, pl.col("as_of").dt.offset_by(f"-{n * RECENT_DAYS}d")) for n in (1, 2))
    recent = margin(now["cost"] - before["cost"], now["revenue"] - before["revenue"])
    earlier = margin(before["cost"] - long_before["cost"], before["revenue"] - long_before["revenue"])
    return pl.DataFrame({
        "margin_last_month": last_month,
        "forecast_above_last_month": difference(subjects["forecast_margin"], last_month),
        "margin_3_months_change": difference(recent, earlier),
    })  # fmt: skip


def _latest_month(known: pl.DataFrame) -> pl.DataFrame:
    """The timeline of each project's latest month: it says something else when a later one is known, or it changes."""
    ordered = known.sort("project_id", "known_at", "period")
    newest = pl.col("period") == pl.col("period").cum_max().over("project_id")
    return (
        ordered.filter(newest)
        .unique(["project_id", "known_at"], keep="last", maintain_order=True)
        .select("project_id", "known_at", "cost", "revenue")
    )
