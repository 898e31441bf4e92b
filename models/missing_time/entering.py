"""How a person enters time: how long after the day, at what hour, and how often after the cutoff.

Only when time was entered is looked at, never what it was for. An entry counts from the instant it was known.
"""

import polars as pl

from models.exact import quotient
from models.local_time import end_of_day, to_local
from models.missing_time.week import cutoff
from models.running_sums import RunningSums

LOOK_BACK_DAYS = 56
LONGEST_DELAY_DAYS = 28
"""Entries made longer after their day (or before it) are left out: they are corrections, and they would make a snapshot
depend on records older than its window."""

HOUR = 3_600_000_000
"""In microseconds."""
MINUTES_AN_HOUR = 60
MINUTES_A_DAY = 24 * MINUTES_AN_HOUR


class Entering:
    """The entries of a firm by the instant at which they were made: added up once, asked for many subjects."""

    def __init__(self, entries: pl.DataFrame) -> None:
        """``entries``: ``person_id``, ``worked_on``, ``known_at`` (when first known), ``timezone``, a row an entry."""
        self.running = RunningSums(_facts(entries), "person_id", _SUMS)

    def of(self, subjects: pl.DataFrame) -> pl.DataFrame:
        """What the last 8 weeks of entries tell of each of ``subjects`` (``person_id``, ``as_of``), in their order.

        Returns ``hours_since_last_entered``, ``entry_delay_days``, ``entered_late_share``, ``usual_entry_hour`` and
        ``entry_hour_spread``.
        """
        sums = self.running.at(subjects).select("known_at").hstack(self.running.within(subjects, LOOK_BACK_DAYS))
        since = subjects["as_of"] - sums["known_at"]
        some, count, minutes = pl.col("entries") > 0, pl.col("entries"), pl.col("minutes")
        spread = (count * pl.col("minutes_squared") - minutes**2).sqrt()
        return sums.with_columns(since=since, since_hours=quotient(since.dt.total_microseconds(), HOUR)).select(
            hours_since_last_entered=pl.when(pl.col("since") <= pl.duration(days=LOOK_BACK_DAYS)).then("since_hours"),
            entry_delay_days=pl.when(some).then(pl.col("delay_minutes") / (count * MINUTES_A_DAY)),
            entered_late_share=pl.when(some).then(pl.col("late") / count),
            usual_entry_hour=pl.when(some).then(minutes / (count * MINUTES_AN_HOUR)),
            entry_hour_spread=pl.when(some).then(spread / (count * MINUTES_AN_HOUR)),
        )


_SUMS = ("entries", "delay_minutes", "late", "minutes", "minutes_squared")


def _facts(entries: pl.DataFrame) -> pl.DataFrame:
    """When and how long after its day each entry was made; exact integers."""
    zone = entries["timezone"]
    local = to_local(entries["known_at"], zone)
    delay = (entries["known_at"] - end_of_day(entries["worked_on"], zone)).dt.total_minutes()
    minute = local.dt.hour().cast(pl.Int64) * MINUTES_AN_HOUR + local.dt.minute()
    return entries.select(
        "person_id",
        "known_at",
        entries=pl.lit(1, dtype=pl.Int64),
        delay_minutes=delay,
        late=(entries["known_at"] > cutoff(entries["worked_on"], zone)).cast(pl.Int64),
        minutes=minute,
        minutes_squared=minute**2,
    ).filter(pl.col("delay_minutes").abs() <= LONGEST_DELAY_DAYS * MINUTES_A_DAY)
