"""What a project's time entries tell: how much of the budget is burnt, how late time comes, what will not be billed.

Time counts from the instant it was known, whatever day it was worked on.
"""

import polars as pl

from models.missing_time.week import cutoff
from models.project_signals.sums import FLOW, difference, flag, seconds, share
from models.running_sums import RunningSums, movements

LATE_DAYS = 56
BILLING_DAYS = 84
MOST_HOURS = 1e7

ENTRY_CELLS = ("person_id", "project_id", "worked_on", "hours", "billable", "rejected_at", "written_off_hours")
"""The cells of time entries that are read, here and where `models.project_signals.workload` looks at their days."""

_SUMS = ["seconds", "of_known_kind", "not_billable", "lost"]


def hours(
    entries: pl.DataFrame, first_entries: pl.DataFrame, clocks: pl.DataFrame, subjects: pl.DataFrame
) -> pl.DataFrame:
    """The fields of time, in the order of ``subjects``.

    ``entries`` are versions of time entries with `ENTRY_CELLS`, ``first_entries`` each as it was first known, and
    ``clocks`` the `models.point_in_time.zones` of people.
    ``subjects`` has ``project_id``, ``as_of``, ``budget_hours``, ``time_gone_share`` and the booked hours of the team.
    """
    sums = RunningSums(_amounts(entries), "project_id", _SUMS)
    ever, recent, lately = sums.at(subjects), sums.within(subjects, 28), sums.within(subjects, BILLING_DAYS)
    entering = RunningSums(_late(first_entries, clocks), "project_id", ["entries", "late"]).within(subjects, LATE_DAYS)
    burnt = share(_hours(ever["seconds"]), subjects["budget_hours"], 0, FLOW)
    hours_28, hours_84 = _hours(recent["seconds"]), _hours(lately["seconds"])
    return pl.DataFrame({
        "hours_28": hours_28,
        "hours_84": hours_84,
        "hours_of_booked_28": share(hours_28, subjects["booked_hours_28"], 0, FLOW),
        "hours_of_booked_84": share(hours_84, subjects["booked_hours_84"], 0, FLOW),
        "budget_burnt_share": burnt,
        "burnt_ahead_of_time": difference(burnt, subjects["time_gone_share"]),
        "late_entry_share": share(entering["late"], entering["entries"]),
        "not_billable_share": share(lately["not_billable"], lately["of_known_kind"]),
        "lost_hours_share": share(lately["lost"], lately["seconds"]),
    })  # fmt: skip


def _hours(amount: pl.Series) -> pl.Series:
    return share(amount, pl.repeat(3600, amount.len(), eager=True), 0, MOST_HOURS)


def _amounts(entries: pl.DataFrame) -> pl.DataFrame:
    """Seconds of the entries, of those known to be billable or not, and of those rejected or written off."""
    worked = seconds("hours")
    rejected = pl.when(pl.col("rejected_at").is_not_null()).then(worked).otherwise(0)
    written_off = seconds("written_off_hours").fill_null(0)
    amounts = entries.select(
        "project_id",
        "known_at",
        "known_until",
        seconds=worked,
        of_known_kind=pl.when(pl.col("billable").is_not_null()).then(worked).otherwise(0),
        not_billable=worked * flag(~pl.col("billable")),
        lost=pl.min_horizontal(pl.max_horizontal(rejected, written_off), worked),
    )
    return movements(amounts, _SUMS)


def _late(first_entries: pl.DataFrame, clocks: pl.DataFrame) -> pl.DataFrame:
    """Each entry as it was first known, and whether its week had closed by then for its person."""
    first = first_entries.select("person_id", "project_id", "worked_on", "known_at").join(
        clocks, on="person_id", how="left", maintain_order="left"
    )
    late = (first["known_at"] > cutoff(first["worked_on"], first["timezone"])).cast(pl.Int64)
    return first.select("project_id", "known_at", late.alias("late"), entries=pl.lit(1, dtype=pl.Int64))
