"""How far a date that is stated again and again moved lately."""

import polars as pl

from models.project_signals.sums import MANY_DAYS, days_from
from models.running_sums import RunningSums

LATELY_DAYS = 84


def moved_lately(stated: pl.DataFrame, column: str, subjects: pl.DataFrame) -> pl.Series:
    """Days by which a project's date moved in the last 84 days, earlier ones negative, in the order of ``subjects``.

    ``stated`` has ``project_id``, ``known_at`` and the date in ``column``, each project's statements in their order. A
    statement without a date moves nothing.
    """
    before = pl.col(column).forward_fill().shift(1).over("project_id")
    moves = stated.select("project_id", "known_at", moved=days_from(before, pl.col(column))).drop_nulls("moved")
    sums = RunningSums(moves, "project_id", ["moved"]).within(subjects, LATELY_DAYS)
    return sums["moved"].clip(-MANY_DAYS, MANY_DAYS)
