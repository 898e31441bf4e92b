"""What had added up by any instant: sums over an owner's facts in the order in which they became known.

Joining each subject with all facts of its project would grow with the square of a firm's history. It is cheaper to add
up once, and to look at where the sum stood at two instants. Amounts are integers (seconds, cents, days, counts), so
that no order of rows and no number of subjects changes a byte.
"""

from collections.abc import Sequence

import polars as pl


def movements(versions: pl.DataFrame, amounts: Sequence[str]) -> pl.DataFrame:
    """What each of `models.point_in_time.versions` adds when it becomes known, and takes back when the next one does.

    All columns are kept but ``known_until``; ``amounts`` are integers, a null counts as nothing. The rest are as the
    version had them, so what moves to another owner leaves the first.
    """
    shown = versions.with_columns(pl.col(amounts).fill_null(0))
    taken_back = shown.filter(pl.col("known_until").is_not_null()).with_columns(
        known_at="known_until", **{amount: -pl.col(amount) for amount in amounts}
    )
    return pl.concat([shown, taken_back]).drop("known_until")


class RunningSums:
    """The sums of ``amounts`` by ``owner``, over ``facts`` with ``known_at``: made once, asked for many subjects."""

    def __init__(self, facts: pl.DataFrame, owner: str | Sequence[str], amounts: Sequence[str]) -> None:
        self.owner = [owner] if isinstance(owner, str) else list(owner)
        self.amounts = list(amounts)
        self._running = (
            facts.drop_nulls([*self.owner, "known_at"])
            .group_by(*self.owner, "known_at")
            .agg(pl.col(self.amounts).sum())
            .sort(*self.owner, "known_at")
            .with_columns(pl.col(self.amounts).cum_sum().over(self.owner))
            .sort("known_at", *self.owner)
        )

    def at(self, subjects: pl.DataFrame, instant: pl.Expr | str = "as_of") -> pl.DataFrame:
        """The sums as they stood at an instant of each of ``subjects`` (which have the owner's columns).

        Returns ``known_at`` (when the last fact became known, null where there is none) and the amounts, zero where
        there is none, in the order of ``subjects``.
        """
        when = pl.col(instant) if isinstance(instant, str) else instant
        return (
            subjects.select(*self.owner, at=when)
            .with_row_index("row")
            .sort("at", maintain_order=True)
            .join_asof(
                self._running, left_on="at", right_on="known_at", by=self.owner, coalesce=False, check_sortedness=False
            )
            .sort("row")
            .select("known_at", pl.col(self.amounts).fill_null(0))
        )

    def within(self, subjects: pl.DataFrame, days: int, instant: str = "as_of") -> pl.DataFrame:
        """What was added in the ``days`` up to and with an instant of each of ``subjects``: the amounts."""
        now = self.at(subjects, instant)
        before = self.at(subjects, pl.col(instant).dt.offset_by(f"-{days}d"))
        return now.select(self.amounts) - before.select(self.amounts)
