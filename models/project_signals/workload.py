"""Whether a team works longer than it is booked: the days on which somebody did, against what was booked on them.

Days on which nobody worked (leave, holidays, illness) count for nothing, so that this tells strain and not absence. An
entry counts as it was first known, beside the booking that was known then.
"""

import polars as pl

from models.point_in_time import versions
from models.project_signals.sums import FLOW, flag, seconds, share
from models.records import Records
from models.running_sums import RunningSums

MONTH, QUARTER = 28, 84
WORKDAYS = 5
WEEKEND = 6
"""The first day of the weekend, Monday being 1."""
A_FIFTH_OF_A_WEEK = 3600 // WORKDAYS
"""Seconds booked on each working day for every hour a week."""

_SUMS = ["worked", "booked", "weekend", "seconds"]


def workload(records: Records, subjects: pl.DataFrame) -> pl.DataFrame:
    """The fields of workload, in the order of ``subjects`` (``project_id``, ``as_of``)."""
    sums = RunningSums(_facts(records), "project_id", _SUMS)
    month, quarter = sums.within(subjects, MONTH), sums.within(subjects, QUARTER)
    return pl.DataFrame({
        "worked_of_booked_28": share(month["worked"], month["booked"], 0, FLOW),
        "worked_of_booked_84": share(quarter["worked"], quarter["booked"], 0, FLOW),
        "weekend_hours_share": share(quarter["weekend"], quarter["seconds"]),
    })  # fmt: skip


def _facts(records: Records) -> pl.DataFrame:
    """What each entry adds when it is first known; the booking of a person's day counts with the day's first entry."""
    entries = versions(records, "time_entries", ["person_id", "project_id", "worked_on", "hours"])
    entries = entries.filter(entries["entry_id"].is_first_distinct()).drop_nulls(["person_id", "project_id"])
    day = ["person_id", "project_id", "worked_on"]
    entries = entries.sort(*day, "known_at", "entry_id").with_columns(first=pl.int_range(pl.len()).over(day) == 0)
    begun = entries.filter("first")
    booked = begun.select("entry_id").hstack(_booked(records, begun)).filter(pl.col("booked") > 0)
    of_day = begun.select(*day, "entry_id").join(booked, on="entry_id").drop("entry_id")
    known = entries.join(of_day, on=day, how="left", maintain_order="left")
    worked, is_booked = seconds("hours"), pl.col("booked").is_not_null()
    return known.select(
        "project_id",
        "known_at",
        worked=worked * flag(is_booked),
        booked=pl.when("first").then(pl.col("booked")).fill_null(0),
        weekend=worked * flag(pl.col("worked_on").dt.weekday() >= WEEKEND),
        seconds=worked,
    )


def _booked(records: Records, entries: pl.DataFrame) -> pl.DataFrame:
    """The seconds that each entry's person was booked on its project that day, as known when the entry was."""
    columns = ["person_id", "project_id", "starts_on", "ends_on", "released_on", "hours_per_week"]
    bookings = versions(records, "assignments", columns).select(*columns, since="known_at", until="known_until")
    until = pl.min_horizontal("ends_on", "released_on").fill_null(pl.date(9999, 1, 1))
    held = (
        entries.select("person_id", "project_id", "worked_on", "known_at")
        .with_row_index("row")
        .filter(pl.col("worked_on").dt.weekday() <= WORKDAYS)
        .join(bookings, on=["person_id", "project_id"])
        .filter(
            pl.col("since") <= pl.col("known_at"),
            (pl.col("until") > pl.col("known_at")).fill_null(value=True),
            pl.col("starts_on") <= pl.col("worked_on"),
            until >= pl.col("worked_on"),
        )
        .group_by("row")
        .agg(booked=(pl.col("hours_per_week").clip(0, 168) * A_FIFTH_OF_A_WEEK).round().cast(pl.Int64).sum())
    )
    rows = pl.DataFrame({"row": pl.int_range(entries.height, dtype=pl.UInt32, eager=True)})
    return rows.join(held, on="row", how="left", maintain_order="left").select("booked")
