"""What a project has really cost and earned, beside what its forecast says."""

import polars as pl

from models.project_signals.sums import FLOW, cents, difference, flag, margin, share
from models.running_sums import RunningSums, movements

_SUMS = ["cost", "revenue", "spent", "months"]
RECENT_DAYS = 92
"""Three months: the longest three in a row."""


def actuals(known: pl.DataFrame, subjects: pl.DataFrame) -> pl.DataFrame:
    """The fields of actuals, in the order of ``subjects``.

    ``known`` are versions of the months, ``subjects`` has ``project_id``, ``as_of``, ``forecast_margin`` and
    ``forecast_cost_cents``. The last three months are those that became known in the last 92 days. A month without its
    cost or its revenue has no margin.
    """
    both = pl.col("cost").is_not_null() & pl.col("revenue_recognised").is_not_null()
    amounts = known.select(
        "project_id",
        "known_at",
        "known_until",
        cost=pl.when(both).then(cents("cost")),
        revenue=pl.when(both).then(cents("revenue_recognised")),
        spent=cents("cost"),
        months=flag(pl.col("cost").is_not_null()),
    )
    sums = RunningSums(movements(amounts, _SUMS), "project_id", _SUMS)
    ever, lately = sums.at(subjects), sums.within(subjects, RECENT_DAYS)
    recent = margin(lately["cost"], lately["revenue"])
    spent = ever.select(pl.when(pl.col("months") > 0).then("spent"))["spent"]
    return pl.DataFrame({
        "margin_to_date": margin(ever["cost"], ever["revenue"]),
        "margin_3_months": recent,
        "forecast_above_3_months": difference(subjects["forecast_margin"], recent),
        "cost_spent_share": share(spent, subjects["forecast_cost_cents"], -FLOW, FLOW),
    })  # fmt: skip


def first_months(known: pl.DataFrame) -> pl.DataFrame:
    """Each month of a project as it was first known with both cost and revenue, in the order in which they came.

    ``known`` are versions of the months. Returns ``project_id``, ``period``, ``known_at``, ``cost`` and ``revenue`` in
    cents, and ``margin`` (null where there was no revenue). What was put right later counts as it first was.
    """
    whole = known.drop_nulls(["cost", "revenue_recognised"])
    first = whole.unique(["project_id", "period"], keep="first", maintain_order=True).with_columns(
        cost=cents("cost"), revenue=cents("revenue_recognised")
    )
    return (
        first.with_columns(margin=margin(first["cost"], first["revenue"]))
        .select("project_id", "period", "known_at", "cost", "revenue", "margin")
        .sort("project_id", "known_at", "period")
    )
