"""What had added up by any instant: sums over an owner's facts in the order in which they became known.

Joining each subject with all facts of its project would grow with the square of a firm's history. It is cheaper to add
up once, and to look at where the sum stood at two instants. Amounts are integers (seconds, cents, days, counts), so
that no order of rows and no number of subjects changes a byte.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from models.arrays import Flags, Ints
from models.point_in_time import INSTANT
from models.small_queries import collected


def movements(versions: pl.DataFrame, amounts: Sequence[str]) -> pl.DataFrame:
    """What each of `models.point_in_time.versions` adds when it becomes known, and takes back when the next one does.

    All columns are kept but ``known_until``; ``amounts`` are integers, a null counts as nothing. The rest are as the
    version had them, so what moves to another owner leaves the first.
    """
    shown = versions.lazy().with_columns(pl.col(amounts).fill_null(0))
    taken_back = shown.filter(pl.col("known_until").is_not_null()).with_columns(
        known_at="known_until", **{amount: -pl.col(amount) for amount in amounts}
    )
    return collected(pl.concat([shown, taken_back]).drop("known_until"))


class RunningSums:
    """The sums of ``amounts`` by ``owner``, over ``facts`` with ``known_at``: made once, asked for many subjects.

    Facts lie sorted by owner and instant, as one number each, and every question is a binary search. In numpy: of few
    subjects, which is what a call asks about, each step of a frame would cost more than the search.
    """

    def __init__(self, facts: pl.DataFrame, owner: str | Sequence[str], amounts: Sequence[str]) -> None:
        self.owner = [owner] if isinstance(owner, str) else list(owner)
        self.amounts = list(amounts)
        needed = [*self.owner, "known_at"]
        if any(facts[name].null_count() for name in needed):
            facts = facts.drop_nulls(needed)
        known = _microseconds(facts["known_at"])
        self._owners = collected(facts.lazy().select(self.owner).unique().with_row_index("place"))
        self._by_owner: dict[tuple[object, ...], int] | None = None
        self._instants = np.unique(known)
        facts_at = self._start_of(self._places(facts)) + np.searchsorted(self._instants, known)
        order = np.argsort(facts_at, kind="stable")
        self._facts_at, self._known = facts_at[order], known[order]
        self._sums = [_running(_whole(facts[amount])[order]) for amount in self.amounts]

    def at(self, subjects: pl.DataFrame, instant: pl.Expr | str = "as_of") -> pl.DataFrame:
        """The sums as they stood at an instant of each of ``subjects`` (which have the owner's columns).

        Returns ``known_at`` (when the last fact became known, null where there is none) and the amounts, zero where
        there is none, in the order of ``subjects``.
        """
        asked = subjects[instant] if isinstance(instant, str) else subjects.select(at=instant)["at"]
        found, start, end = self._span(subjects, asked, 0)
        last = np.zeros(len(found), dtype=np.int64)
        last[found] = self._known[end[found] - 1]
        known_at = pl.Series("known_at", last)
        if not found.all():
            known_at = known_at.set(pl.Series(~found), None)
        return pl.DataFrame([known_at.cast(INSTANT), *self._shown(self._between(found, start, end))])

    def within(self, subjects: pl.DataFrame, days: int, instant: str = "as_of") -> pl.DataFrame:
        """What was added in the ``days`` up to and with an instant of each of ``subjects``: the amounts."""
        asked = subjects[instant]
        now = self._between(*self._span(subjects, asked, 0))
        before = self._between(*self._span(subjects, asked, days))
        return pl.DataFrame(self._shown([one - other for one, other in zip(now, before, strict=True)]))

    def _span(self, subjects: pl.DataFrame, asked: pl.Series, days_before: int) -> tuple[Flags, Ints, Ints]:
        """Which subjects have a fact by then, and from where to where the facts of each lie."""
        place = self._places(subjects)
        known = place >= 0
        if asked.null_count():
            known &= asked.is_not_null().to_numpy()
        first = self._start_of(np.maximum(place, 0))
        instants = _microseconds(asked) - days_before * _DAY
        reach = np.searchsorted(self._instants, instants, side="right")
        start, end = np.searchsorted(self._facts_at, first), np.searchsorted(self._facts_at, first + reach)
        return known & (end > start), start, end

    def _between(self, found: Flags, start: Ints, end: Ints) -> list[Ints]:
        return [np.where(found, sums[end] - sums[start], 0) for sums in self._sums]

    def _shown(self, sums: Sequence[Ints]) -> list[pl.Series]:
        return [pl.Series(amount, each, dtype=pl.Int64) for amount, each in zip(self.amounts, sums, strict=True)]

    def _start_of(self, place: Ints) -> Ints:
        return place * (len(self._instants) + 1)

    def _places(self, rows: pl.DataFrame) -> Ints:
        """The place of each row's owner, -1 where it has none."""
        if max(rows.height, self._owners.height) > _FEW:
            return _joined(rows, self._owners)
        if self._by_owner is None:
            self._by_owner = {tuple(owner): place for place, *owner in self._owners.iter_rows()}
        owners = zip(*(rows[name].to_list() for name in self.owner), strict=True)
        return np.fromiter((self._by_owner.get(owner, -1) for owner in owners), dtype=np.int64, count=rows.height)


_FEW = 2_000
"""So many subjects and owners are looked up one by one; more are joined."""
_DAY = 86_400_000_000
"""Microseconds; instants are in UTC, where every day has so many."""


def _joined(frame: pl.DataFrame, owners: pl.DataFrame) -> Ints:
    """The place of each row's owner among ``owners``, -1 where it is none of them."""
    names = owners.columns[1:]
    place = frame.select(names).join(owners, on=names, how="left", maintain_order="left")["place"]
    return _whole(place.cast(pl.Int64), missing=-1)


def _microseconds(instants: pl.Series) -> Ints:
    """Since 1970; 0 for null."""
    return _whole(instants.cast(INSTANT))


def _whole(values: pl.Series, missing: int = 0) -> Ints:
    values = values.cast(pl.Int64)
    whole: Ints = (values.fill_null(missing) if values.null_count() else values).to_numpy()
    return whole


def _running(amounts: Ints) -> Ints:
    """The sum of all before each position, with one more for the end."""
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(amounts)])
