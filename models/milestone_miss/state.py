"""Where milestones stood at an instant: due when, moved how often, achieved, accepted, billed, cancelled."""

import polars as pl

from models.milestone_miss.deadline import deadline_days, end_of
from models.milestone_miss.settings import MilestoneMissSettings
from models.point_in_time import versions
from models.project_signals.contract import project_versions
from models.project_signals.timeline import latest
from models.records import Records

CELLS = ("project_id", "amount", "due_on", "achieved_at", "accepted_at", "billed_at", "cancelled_at")


def milestone_versions(records: Records) -> pl.DataFrame:
    """What was known of each milestone, and of its past.

    Beside `CELLS` there are ``created`` (when it was first known), ``first_due_on`` and ``due_moves`` (how often the
    date had moved by then).
    """
    moved = (pl.col("due_on") != pl.col("due_on").shift(1)).fill_null(value=False).cast(pl.Int64)
    return versions(records, "milestones", CELLS).with_columns(
        created=pl.col("known_at").first().over("milestone_id"),
        first_due_on=pl.col("due_on").first().over("milestone_id"),
        due_moves=moved.cum_sum().over("milestone_id"),
    )


def state(records: Records, subjects: pl.DataFrame, settings: MilestoneMissSettings) -> pl.DataFrame:
    """Each subject's milestone as known at ``as_of``, in the order of ``subjects`` (``milestone_id``, ``as_of``).

    Beside the columns of `milestone_versions` there are ``region`` (the project's), ``deadline_on`` and ``deadline``
    (the last instant at which billing is in time). All are null where the milestone was not yet known.
    """
    known = latest(subjects, milestone_versions(records), "milestone_id")
    asked = known.select("project_id").with_columns(subjects["as_of"])
    known = known.with_columns(latest(asked, project_versions(records), "project_id")["region"])
    days = deadline_days(records, known["due_on"], known["region"], settings.grace_working_days)
    return known.with_columns(days, end_of(days).alias("deadline"))


def is_open(settings: MilestoneMissSettings) -> pl.Expr:
    """Whether a milestone in some `state` may be asked about at ``as_of``: what comes of it is open, and near."""
    opens = pl.col("due_on").dt.offset_by(f"-{settings.due_within_days}d")
    return (
        pl.col("billed_at").is_null()
        & pl.col("cancelled_at").is_null()
        & (opens <= pl.col("as_of").dt.date())
        & (pl.col("as_of") <= pl.col("deadline"))
    ).fill_null(value=False)
