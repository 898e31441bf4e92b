"""Records and as_of to snapshots of change requests."""

import polars as pl

from models.neighbourhood import Fetch
from models.point_in_time import standing, versions
from models.records import Records
from models.slow_change.settings import SlowChangeSettings
from models.slow_change.snapshot import SlowChangeSnapshot

DAY = 86_400_000_000
"""Microseconds."""


def build(records: Records, subjects: pl.DataFrame, settings: SlowChangeSettings) -> pl.DataFrame:
    """The snapshot of each subject that is undecided at its as_of."""
    said = versions(records, "change_requests", ["project_id", "raised_at", "value", "hours", "decided_at"])
    projects = versions(records, "projects", ["service_line", "currency"]).rename(
        {"known_at": "told_at", "known_until": "told_until"}
    )
    frame = (
        subjects.with_row_index("row")
        .join(said, on="change_id")
        .filter(standing(), pl.col("decided_at").is_null())
        .join(projects, on="project_id", how="left")
    )
    told = (pl.col("told_at") <= pl.col("as_of")) & (
        pl.col("told_until").is_null() | (pl.col("told_until") > pl.col("as_of"))
    )
    cells = [
        pl.when(told.fill_null(value=False)).then(pl.col(name)).alias(name) for name in ("service_line", "currency")
    ]
    waited = (pl.col("as_of") - pl.col("raised_at")).dt.total_microseconds().to_physical() / DAY
    return (
        frame.with_columns(*cells, open_days=waited)
        .sort("row", "service_line", nulls_last=True)
        .unique("row", keep="first", maintain_order=True)
        .select("subject_id", "as_of", *SlowChangeSnapshot.model_fields)
    )


def neighbourhood(subjects: pl.DataFrame, fetch: Fetch) -> Records:
    """The records from which `build` makes the same snapshots as from all of them."""
    changes = fetch("change_requests", "change_id", subjects["change_id"].unique().to_list())
    projects = fetch("projects", "project_id", changes["project_id"].drop_nulls().unique().to_list())
    keys = [*changes["change_id"], *projects["project_id"]]
    return {"change_requests": changes, "projects": projects, "revisions": fetch("revisions", "key", keys)}
