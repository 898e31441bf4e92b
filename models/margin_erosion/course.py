"""How the forecasts of a project ran: how far the margin has come down, how often it fell, how often the word is given.

A forecast counts as it was when it was made: a fall that somebody put right later was a fall.
"""

import polars as pl

from models.exact import quotient
from models.margin_erosion.margins import Margins, points
from models.project_signals.sums import FLOW, MANY_DAYS, difference, share
from models.project_signals.timeline import latest

DAY = 86_400_000_000
"""In microseconds."""
A_FALL_POINTS = 0.5
"""A forecast that lies less than this below the one before says the same."""


def course(margins: Margins, subjects: pl.DataFrame) -> pl.DataFrame:
    """The fields of a project's forecasts so far, in the order of ``subjects``.

    ``subjects`` has ``project_id``, ``as_of``, ``forecast_margin_change`` and ``manager_follow_through``.
    """
    now = margins.at(subjects)
    so_far = latest(subjects, _so_far(margins.made), "project_id")
    steps = so_far["count"] - 1
    best = pl.select(pl.max_horizontal(so_far["best"], now["margin"])).to_series()
    return pl.DataFrame({
        "change_to_follow": subjects["forecast_margin_change"] * subjects["manager_follow_through"],
        "forecast_margin_change_2": difference(now["margin"], so_far["before_2"]),
        "forecast_margin_change_3": difference(now["margin"], so_far["before_3"]),
        "forecast_below_best": difference(best, now["margin"]),
        "forecasts_fallen_share": share(so_far["fallen"], steps),
        "forecast_interval_days": share(quotient(so_far["since_first"], DAY), steps, 0, MANY_DAYS),
        "forecast_cost_growth": share(now["cost_cents"] - so_far["first_cost"], so_far["first_cost"], -1, FLOW),
    })  # fmt: skip


def _so_far(made: pl.DataFrame) -> pl.DataFrame:
    """By each forecast, how the project's had run: a timeline. ``before_2`` is the margin two forecasts earlier."""
    margin, fell = pl.col("margin"), points(pl.col("margin").shift(1), pl.col("margin")) > A_FALL_POINTS
    by_project = {
        "before_2": margin.shift(2),
        "before_3": margin.shift(3),
        "best": margin.cum_max().forward_fill(),
        "count": pl.int_range(1, pl.len() + 1, dtype=pl.Int64),
        "fallen": fell.fill_null(value=False).cast(pl.Int64).cum_sum(),
        "first_cost": pl.col("cost_cents").first(),
        "since_first": (pl.col("made_at") - pl.col("made_at").first()).dt.total_microseconds(),
    }
    return made.select(
        "project_id", known_at="made_at", **{name: told.over("project_id") for name, told in by_project.items()}
    )
