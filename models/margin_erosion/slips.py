"""Dates of a project that moved: of its forecast end, and of its milestones. What slips costs more, sooner or later."""

import polars as pl

from models.margin_erosion.margins import Margins
from models.point_in_time import versions
from models.project_signals import Past
from models.project_signals.moves import LATELY_DAYS, moved_lately
from models.project_signals.sums import MANY_DAYS, days_from
from models.records import Records
from models.running_sums import RunningSums


def slips(past: Past, margins: Margins, subjects: pl.DataFrame) -> pl.DataFrame:
    """The fields of what moved in the last 84 days, in the order of ``subjects`` (``project_id``, ``as_of``)."""
    milestones = RunningSums(_moves(past.records), "project_id", ["moves", "days"]).within(subjects, LATELY_DAYS)
    return pl.DataFrame({
        "forecast_end_moved_84": moved_lately(margins.made, "forecast_ends_on", subjects),
        "milestones_moved_84": milestones["moves"],
        "milestones_moved_days_84": milestones["days"].clip(-MANY_DAYS, MANY_DAYS),
    })  # fmt: skip


def _moves(records: Records) -> pl.DataFrame:
    """When the due date of a milestone became another one, and by how many days."""
    known = versions(records, "milestones", ["project_id", "due_on"])
    before = pl.col("due_on").shift(1).over("milestone_id")
    return (
        known.with_columns(days=days_from(before, pl.col("due_on")))
        .filter(pl.col("days") != 0)
        .select("project_id", "known_at", "days", moves=pl.lit(1, dtype=pl.Int64))
    )
