"""What had added up by any instant: sums over an owner's facts in the order in which they became known.

Joining each subject with all facts of its project would grow with the square of a firm's history. It is cheaper to add
up once, and to look at where the sum stood at two instants. Amounts are integers (seconds, cents, days, counts), so
that no order of rows and no number of subjects changes a byte.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from models.arrays import Ints
from models.point_in_time import INSTANT


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
    """The sums of ``amounts`` by ``owner``, over ``facts`` with ``known_at``: made once, asked for many subjects.

    Facts lie sorted by owner and instant, as one number each, and every question is a binary search.
    """

    def __init__(self, facts: pl.DataFrame, owner: str | Sequence[str], amounts: Sequence[str]) -> None:
        self.owner = [owner] if isinstance(owner, str) else list(owner)
        self.amounts = list(amounts)
        facts = facts.select(*self.owner, "known_at", *self.amounts).drop_nulls([*self.owner, "known_at"])
        known = facts["known_at"].dt.timestamp("us")
        self._owners = facts.select(self.owner).unique().with_row_index("place")
        self._instants = known.unique().sort().to_numpy()
        place = _places(facts, self._owners).cast(pl.Int64)
        facts_at = place * (len(self._instants) + 1) + known.rank("dense").cast(pl.Int64) - 1
        order = facts_at.arg_sort()
        self._facts_at = facts_at.gather(order).to_numpy()
        self._known = known.gather(order).to_numpy()
        self._sums = [_running(facts[amount].fill_null(0).gather(order)) for amount in self.amounts]

    def at(self, subjects: pl.DataFrame, instant: pl.Expr | str = "as_of") -> pl.DataFrame:
        """The sums as they stood at an instant of each of ``subjects`` (which have the owner's columns).

        Returns ``known_at`` (when the last fact became known, null where there is none) and the amounts, zero where
        there is none, in the order of ``subjects``.
        """
        when = pl.col(instant) if isinstance(instant, str) else instant
        place = _places(subjects, self._owners)
        asked = subjects.select(at=when)["at"]
        known = (place.is_not_null() & asked.is_not_null()).to_numpy()
        first = place.fill_null(0).to_numpy().astype(np.int64) * (len(self._instants) + 1)
        reach = np.searchsorted(self._instants, asked.dt.timestamp("us").fill_null(0).to_numpy(), side="right")
        start, end = np.searchsorted(self._facts_at, first), np.searchsorted(self._facts_at, first + reach)
        found = known & (end > start)
        last = np.zeros(len(found), dtype=np.int64)
        last[found] = self._known[end[found] - 1]
        return pl.DataFrame(
            [
                pl.Series("known_at", last).cast(INSTANT).zip_with(pl.Series(found), _never(len(found))),
                *(
                    pl.Series(amount, np.where(found, sums[end] - sums[start], 0), dtype=pl.Int64)
                    for amount, sums in zip(self.amounts, self._sums, strict=True)
                ),
            ]
        )

    def within(self, subjects: pl.DataFrame, days: int, instant: str = "as_of") -> pl.DataFrame:
        """What was added in the ``days`` up to and with an instant of each of ``subjects``: the amounts."""
        now = self.at(subjects, instant)
        before = self.at(subjects, pl.col(instant).dt.offset_by(f"-{days}d"))
        return now.select(self.amounts) - before.select(self.amounts)


def _places(frame: pl.DataFrame, owners: pl.DataFrame) -> pl.Series:
    """The place of each row's owner among ``owners``, null where it is none of them."""
    names = [name for name in owners.columns if name != "place"]
    return frame.select(names).join(owners, on=names, how="left", maintain_order="left")["place"]


def _running(amounts: pl.Series) -> Ints:
    """The sum of all before each position, with one more for the end."""
    return np.concatenate([np.zeros(1, dtype=np.int64), amounts.cast(pl.Int64).cum_sum().to_numpy()])


def _never(rows: int) -> pl.Series:
    return pl.repeat(None, rows, dtype=INSTANT, eager=True).alias("known_at")
