"""The day and the week of an entry: how much they hold with it, and whether it looks like another."""

import polars as pl

from models.exact import quotient
from models.running_sums import RunningSums
from models.unusual_time.facts import Facts, only

SECONDS_AN_HOUR = 3600
NO_PROJECT = 2**32 - 1
"""Entries without a project are alike in that."""
SAME = ["person_id", "project_id", "size"]


class Days:
    """The moves of the weeks that some subject is about: made once, asked for many subjects.

    ``subjects`` have ``person_id`` and ``project_id`` as numbers, ``day``, and ``size``, the entry's seconds.
    """

    def __init__(self, facts: Facts, subjects: pl.DataFrame) -> None:
        weeks = subjects.select("person_id", week=_week("day"))
        before = subjects.select("person_id", week=_before("day").dt.truncate("1w"))
        near = only(facts.moves.with_columns(week=_week("day")), pl.concat([weeks, before]), ["person_id", "week"])
        near = near.with_columns(pl.col("project_id").fill_null(NO_PROJECT))
        self._day = RunningSums(near, ["person_id", "day"], ["seconds", "entries"])
        self._week = RunningSums(near, ["person_id", "week"], ["seconds"])
        self._project = RunningSums(near, ["person_id", "project_id", "day"], ["seconds"])
        self._same = RunningSums(near, [*SAME, "day"], ["entries"])

    def of(self, subjects: pl.DataFrame) -> pl.DataFrame:
        """The fields of day and week, in the order of ``subjects`` (as above, with ``as_of``)."""
        asked = subjects.select(*SAME, "day", "as_of").with_columns(
            pl.col("project_id").fill_null(NO_PROJECT), week=_week("day")
        )
        day, same = self._day.at(asked), self._same.at(asked)["entries"]
        same_before = self._same.at(asked.with_columns(day=_before("day")))["entries"]
        return pl.DataFrame({
            "day_hours": quotient(day["seconds"], SECONDS_AN_HOUR),
            "day_entries": day["entries"],
            "week_hours": quotient(self._week.at(asked)["seconds"], SECONDS_AN_HOUR),
            "project_day_hours": quotient(self._project.at(asked)["seconds"], SECONDS_AN_HOUR),
            "same_entries": (same - 1).clip(lower_bound=0),
            "same_as_day_before": (same_before > 0).cast(pl.Int64),
        })  # fmt: skip


def _week(day: str) -> pl.Expr:
    return pl.col(day).dt.truncate("1w")


def _before(day: str) -> pl.Expr:
    """The day before; of a Monday or Sunday the Friday."""
    weekday = pl.col(day).dt.weekday()
    back = pl.when(weekday == 1).then(3).when(weekday == 7).then(2).otherwise(1)  # noqa: PLR2004 - Sunday
    return (pl.col(day).cast(pl.Int32) - back.cast(pl.Int32)).cast(pl.Date)
