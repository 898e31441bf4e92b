"""The contract of a project as known at an instant, and where in its planned time it stands."""

import polars as pl

from models.point_in_time import versions
from models.project_signals.moves import moved_lately
from models.project_signals.sums import FLOW, days_from, share
from models.project_signals.timeline import latest
from models.records import Records

COLUMNS = (
    "client_id", "service_line", "billing", "currency", "contract_value", "baseline_margin", "budget_hours",
    "signed_at", "kicked_off_at", "starts_on", "ends_on", "closed_at", "region", "manager_id",
)  # fmt: skip
LARGEST_BUDGET = 1e7
"""Hours beyond which a budget is no budget but a slip of the pen."""


def project_versions(records: Records) -> pl.DataFrame:
    """All that was known of each project, as `models.point_in_time.versions` has it."""
    return versions(records, "projects", COLUMNS)


def contract(projects: pl.DataFrame, subjects: pl.DataFrame) -> pl.DataFrame:
    """The cells of each subject's project as known at ``as_of``, and the fields of its clock, in their order.

    A project counts from its start, or from its signature where no start is known.
    """
    known = latest(subjects, projects, "project_id").drop("known_at", "known_until")
    frame = pl.concat([subjects.select("as_of", today=pl.col("as_of").dt.date()), known], how="horizontal")
    start = pl.coalesce("starts_on", pl.col("signed_at").dt.date())
    frame = frame.with_columns(
        pl.col("budget_hours").clip(0, LARGEST_BUDGET),
        project_days_since_start=days_from(start, pl.col("today")),
        project_days_to_end=days_from(pl.col("today"), pl.col("ends_on")),
        planned_days=days_from(start, pl.col("ends_on")),
        kick_off_delay_days=days_from(pl.col("signed_at"), pl.col("kicked_off_at")),
        days_without_kick_off=pl.when(pl.col("kicked_off_at").is_null()).then(
            days_from(pl.col("signed_at"), pl.col("as_of"))
        ),
    )
    frame = frame.with_columns(plan_moved_days_84=moved_lately(projects, "ends_on", subjects))
    gone = share(frame["project_days_since_start"], frame["planned_days"], -FLOW, FLOW)
    return frame.with_columns(time_gone_share=gone).drop("as_of", "today", "planned_days")
