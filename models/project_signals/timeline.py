"""Where a sequence of statements stood at an instant of each subject."""

from collections.abc import Sequence

import polars as pl

from models.small_queries import collected


def latest(
    subjects: pl.DataFrame, timeline: pl.DataFrame, owner: str | Sequence[str], instant: pl.Expr | str = "as_of"
) -> pl.DataFrame:
    """The last row of ``timeline`` known at an instant of each of ``subjects``, in their order; nulls where none is.

    ``timeline`` has the columns of ``owner`` and ``known_at``, at most one row for both together. Returns all columns
    of it but the owner's.
    """
    owners = [owner] if isinstance(owner, str) else list(owner)
    when = pl.col(instant) if isinstance(instant, str) else instant
    return collected(
        subjects.lazy()
        .select(*owners, at=when)
        .with_row_index("row")
        .sort("at", maintain_order=True)
        .join_asof(
            timeline.lazy().drop_nulls([*owners, "known_at"]).sort("known_at", *owners),
            left_on="at", right_on="known_at", by=owners, coalesce=False, check_sortedness=False,
        )
        .sort("row")
        .drop("row", "at", *owners)
    )  # fmt: skip


def as_known(facts: pl.DataFrame, timeline: pl.DataFrame, owner: str, column: str) -> pl.Series:
    """What ``timeline`` says in ``column`` of the owner of each of ``facts``, at the instant the fact became known."""
    stated = timeline.select(owner, "known_at", column)
    return latest(facts, stated, owner, "known_at")[column].alias(column)
