"""Whether a team works longer than it is booked: the days on which somebody did, against what was booked on them.

Days on which nobody worked (leave, holidays, illness) count for nothing, so that this tells strain and not absence. An
entry counts as it was first known, and a day's booking as it was known when the day's first entry was.
"""

import polars as pl

from models.project_signals.sums import FLOW, difference, flag, seconds, share
from models.running_sums import RunningSums

FORTNIGHT, MONTH, QUARTER = 14, 28, 84
WORKDAYS = 5
A_FIFTH_OF_A_WEEK = 3600 // WORKDAYS
"""Seconds booked on each working day for every hour a week."""
LONGEST_WEEK = 168
SUMS = ["worked", "booked", "weekend", "seconds"]


def workload(sums: RunningSums, subjects: pl.DataFrame) -> pl.DataFrame:
    """The fields of workload, in the order of ``subjects`` (``project_id``, ``as_of``).

    ``sums`` are those of `worked_and_booked`.
    """
    fortnight, month, quarter = (sums.within(subjects, days) for days in (FORTNIGHT, MONTH, QUARTER))
    lately, longer = (share(part["worked"], part["booked"], 0, FLOW) for part in (month, quarter))
    return pl.DataFrame({
        "worked_of_booked_14": share(fortnight["worked"], fortnight["booked"], 0, FLOW),
        "worked_of_booked_28": lately,
        "worked_of_booked_84": longer,
        "worked_of_booked_change": difference(lately, longer),
        "weekend_hours_share": share(quarter["weekend"], quarter["seconds"]),
    })  # fmt: skip


def worked_and_booked(entries: pl.DataFrame, bookings: pl.DataFrame) -> RunningSums:
    """The sums of each project, in seconds, by when they became known.

    ``entries`` are time entries as they were first known, ``bookings`` versions of assignments. The amounts are
    ``worked`` and ``booked`` on the days on which somebody worked and was booked, ``weekend`` (worked on Saturdays and
    Sundays) and ``seconds`` (all that was worked).
    """
    entries = entries.select("person_id", "project_id", "worked_on", "known_at", "hours").drop_nulls(
        ["person_id", "project_id"]
    )
    pair, pair_of_booking = _pairs(entries, bookings)
    worked = entries.select(
        "project_id", "known_at", "worked_on", pair, seconds=seconds("hours"), weekday=pl.col("worked_on").dt.weekday()
    )
    days = (
        worked.filter(pl.col("weekday") <= WORKDAYS)
        .group_by("pair", "worked_on")
        .agg(pl.col("known_at").min(), pl.col("project_id").first())
    )
    booked = _booked(days, bookings.with_columns(pair_of_booking))
    known = worked.join(booked.select("pair", "worked_on", "booked"), on=["pair", "worked_on"], how="left").select(
        "project_id",
        "known_at",
        worked=pl.col("seconds") * flag(pl.col("booked").is_not_null()),
        booked=pl.lit(0, dtype=pl.Int64),
        weekend=pl.col("seconds") * flag(pl.col("weekday") > WORKDAYS),
        seconds="seconds",
    )
    none = pl.lit(0, dtype=pl.Int64)
    of_days = booked.select("project_id", "known_at", worked=none, booked="booked", weekend=none, seconds=none)
    return RunningSums(pl.concat([known, of_days]), "project_id", SUMS)


def _pairs(entries: pl.DataFrame, bookings: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """A number for each person on a project, of entries and of bookings: joins on it are cheaper than on two texts."""
    codes = [
        pl.concat([entries[name], bookings[name]]).cast(pl.Categorical).to_physical().cast(pl.Int64)
        for name in ("person_id", "project_id")
    ]
    pair = (codes[0] * ((codes[1].max() or 0) + 1) + codes[1]).alias("pair")  # type: ignore[operator]
    return pair.head(entries.height), pair.tail(bookings.height)


def _booked(days: pl.DataFrame, bookings: pl.DataFrame) -> pl.DataFrame:
    """Those of ``days`` on which their ``pair`` was booked, with the seconds ``booked``, as known at ``known_at``."""
    until = pl.min_horizontal("ends_on", "released_on")
    held = bookings.select(
        "pair",
        "starts_on",
        since="known_at",
        until="known_until",
        last=until.fill_null(pl.date(9999, 1, 1)),
        booked=(pl.col("hours_per_week").clip(0, LONGEST_WEEK) * A_FIFTH_OF_A_WEEK).round().cast(pl.Int64),
    ).filter(pl.col("booked") > 0)
    return (
        days.join(held, on="pair")
        .filter(
            pl.col("since") <= pl.col("known_at"),
            (pl.col("until") > pl.col("known_at")).fill_null(value=True),
            pl.col("starts_on") <= pl.col("worked_on"),
            pl.col("last") >= pl.col("worked_on"),
        )
        .group_by("pair", "worked_on")
        .agg(pl.col("project_id", "known_at").first(), pl.col("booked").sum())
    )
