"""Approvals of a project that wait for somebody."""

import polars as pl

from models.point_in_time import versions
from models.project_signals.changes import longest_open
from models.project_signals.sums import flag
from models.records import Records
from models.running_sums import RunningSums, movements

OPENED_DAYS = 56


def approvals(records: Records, subjects: pl.DataFrame) -> pl.DataFrame:
    """The fields of approvals, in the order of ``subjects`` (``project_id``, ``as_of``)."""
    known = versions(records, "approvals", ["project_id", "opened_at", "closed_at"]).drop_nulls("project_id")
    waiting = known.select(
        "project_id",
        "known_at",
        "known_until",
        open=flag(pl.col("closed_at").is_null()),
        opened=pl.lit(1, dtype=pl.Int64),
    )
    sums = RunningSums(movements(waiting, ["open", "opened"]), "project_id", ["open", "opened"])
    return pl.DataFrame({
        "open_approvals": sums.at(subjects)["open"],
        "approvals_opened_56": sums.within(subjects, OPENED_DAYS)["opened"].clip(lower_bound=0),
        "longest_approval_wait_days": longest_open(known, subjects, "opened_at", "closed_at"),
    })  # fmt: skip
