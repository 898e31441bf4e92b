"""How a person enters time: how long after the day, at what hour, and how often after the cutoff.

Only when time was entered is looked at, never what it was for. An entry counts from the instant it was known.
"""

import polars as pl

from models.local_time import end_of_day, to_local
from models.missing_time.week import cutoff

LOOK_BACK_DAYS = 56
LONGEST_DELAY_DAYS = 28
"""Entries made longer after their day (or before it) are left out: they are corrections, and they would make a snapshot
depend on records older than its window."""

HOUR = 3_600_000_000
DAY = 24 * HOUR


def entering(entries: pl.DataFrame, subjects: pl.DataFrame) -> pl.DataFrame:
    """Adds to ``subjects`` (``person_id``, ``as_of``) what its person's entries of the last 8 weeks tell.

    ``entries`` has ``person_id``, ``worked_on``, ``known_at`` (when first known) and ``timezone``, a row an entry.
    Returns ``hours_since_last_entered``, ``entry_delay_days``, ``entered_late_share``, ``usual_entry_hour`` and
    ``entry_hour_spread`` in the order of ``subjects``.
    """
    running = _running_sums(entries)
    now = _up_to(running, subjects, pl.col("as_of"), "")
    before = _up_to(running, subjects, pl.col("as_of").dt.offset_by(f"-{LOOK_BACK_DAYS}d"), "_before")
    sums = pl.concat([now, before], how="horizontal")
    recent = {name: pl.col(name).fill_null(0) - pl.col(f"{name}_before").fill_null(0) for name in _SUMS}
    sums = sums.with_columns(**recent).with_columns(since=subjects["as_of"] - sums["known_at"])
    some = pl.col("entries") > 0
    mean_minute = pl.col("minutes") / pl.col("entries")
    variance = pl.col("minutes_squared") / pl.col("entries") - mean_minute**2
    since_hours = pl.col("since").dt.total_microseconds() / HOUR
    return sums.select(
        hours_since_last_entered=pl.when(pl.col("since") <= pl.duration(days=LOOK_BACK_DAYS)).then(since_hours),
        entry_delay_days=pl.when(some).then(pl.col("delay_minutes") / pl.col("entries") / (24 * 60)),
        entered_late_share=pl.when(some).then(pl.col("late") / pl.col("entries")),
        usual_entry_hour=pl.when(some).then(mean_minute / 60),
        entry_hour_spread=pl.when(some).then(variance.clip(0).sqrt() / 60),
    )


_SUMS = ("entries", "delay_minutes", "late", "minutes", "minutes_squared")


def _running_sums(entries: pl.DataFrame) -> pl.DataFrame:
    """The sums over all of a person's entries up to and with each, in the order they became known; exact integers."""
    zone = entries["timezone"]
    local = to_local(entries["known_at"], zone)
    delay = (entries["known_at"] - end_of_day(entries["worked_on"], zone)).dt.total_minutes()
    minute = local.dt.hour().cast(pl.Int64) * 60 + local.dt.minute()
    facts = entries.select(
        "person_id",
        "known_at",
        entries=pl.lit(1, dtype=pl.Int64),
        delay_minutes=delay,
        late=(entries["known_at"] > cutoff(entries["worked_on"], zone)).cast(pl.Int64),
        minutes=minute,
        minutes_squared=minute**2,
    ).filter(pl.col("delay_minutes").abs() <= LONGEST_DELAY_DAYS * 24 * 60)
    return (
        facts.sort("person_id", "known_at")
        .with_columns(pl.col(name).cum_sum().over("person_id") for name in _SUMS)
        .unique(["person_id", "known_at"], keep="last", maintain_order=True)
        .sort("known_at", maintain_order=True)
    )


def _up_to(running: pl.DataFrame, subjects: pl.DataFrame, instant: pl.Expr, suffix: str) -> pl.DataFrame:
    """The running sums as they stood at an instant, in the order of ``subjects``."""
    return (
        subjects.select("person_id", at=instant)
        .with_row_index("row")
        .sort("at", maintain_order=True)
        .join_asof(running, left_on="at", right_on="known_at", by="person_id", coalesce=False, check_sortedness=False)
        .sort("row")
        .select(pl.col("known_at", *_SUMS).name.suffix(suffix))
    )
