"""Amounts by owner and day, as they were known at any instant, for many subjects at once.

Looking up what was known of each of the last 84 days, for each subject, would join every subject with every record. It
is cheaper to take what is known today and to subtract the little that came after ``as_of``: records come in hours or
days after the day they are about, so few are missing from any window.

Amounts are integers (seconds, days), so that sums do not depend on the order in which rows come: a snapshot built for
one subject is the same, to the byte, as the one built for a million.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl

from models.arrays import Ints

EPOCH = dt.date(1970, 1, 1)


def movements(versions: pl.DataFrame, owner: str, day: str, amount: pl.Expr) -> pl.DataFrame:
    """What each version adds to its owner's day when it becomes known, and takes back when the next one does.

    Returns ``owner``, ``day`` (days since 1970), ``known_at``, ``amount`` (integer).
    """
    shown = versions.select(
        owner=owner, day=pl.col(day).cast(pl.Int32), known_at="known_at", until="known_until", amount=amount
    ).drop_nulls(["owner", "day", "amount"])
    taken_back = shown.filter(pl.col("until").is_not_null()).select(
        "owner", "day", known_at="until", amount=-pl.col("amount")
    )
    return pl.concat([shown.select("owner", "day", "known_at", "amount"), taken_back])


@dataclass(frozen=True)
class DayWindows:
    """The sums of all movements by owner and day, and the movements that some subject may not know of yet."""

    totals: Ints
    owners: pl.DataFrame
    first_day: int
    width: int
    pending: pl.DataFrame

    @classmethod
    def of(cls, moves: pl.DataFrame, subjects: pl.DataFrame, width: int) -> "DayWindows":
        """Prepares windows of ``width`` days that end on a subject's day, for subjects with ``owner`` and ``day``."""
        owners = subjects.select("owner").unique().sort("owner").with_row_index("owner_row")
        span = subjects.select(low=pl.col("day").min(), high=pl.col("day").max()).row(0)
        first_day, last_day = (0, 0) if span[0] is None else (span[0] - width + 1, span[1])
        moves = moves.filter(pl.col("day").is_between(first_day, last_day)).join(owners, on="owner")
        totals = np.zeros((owners.height, last_day - first_day + 1), dtype=np.int64)
        np.add.at(
            totals, (moves["owner_row"].to_numpy(), moves["day"].to_numpy() - first_day), moves["amount"].to_numpy()
        )
        return cls(totals, owners, first_day, width, _pending(moves, width))

    def known(self, subjects: pl.DataFrame) -> Ints:
        """What was known at each subject's ``as_of``: an array (subjects, width), column k is the day k days before.

        ``subjects`` has ``owner``, ``day`` (days since 1970) and ``as_of``, an instant not before that day starts
        anywhere on Earth.
        """
        rows = subjects.select("owner").join(self.owners, on="owner", how="left", maintain_order="left")["owner_row"]
        columns = subjects["day"].to_numpy()[:, None] - self.first_day - np.arange(self.width)[None, :]
        window: Ints = self.totals[rows.to_numpy()[:, None], columns]
        unknown = (
            subjects.select("owner", "day", "as_of")
            .with_row_index("row")
            .join(self.pending, on=["owner", "day"])
            .filter(pl.col("known_at") > pl.col("as_of"))
        )
        back = (unknown["row"].to_numpy(), unknown["back"].to_numpy())
        np.subtract.at(window, back, unknown["amount"].to_numpy())
        return window


def _pending(moves: pl.DataFrame, width: int) -> pl.DataFrame:
    """Each movement once for every day at which a subject could stand that does not know it yet.

    Such a day lies between the movement's own and the one after it became known (no zone is a day away from UTC).
    """
    known_day = pl.col("known_at").dt.date().cast(pl.Int32) + 1
    reach = (known_day - pl.col("day")).clip(-1, width - 1)
    return (
        moves.with_columns(back=pl.int_ranges(0, reach + 1, dtype=pl.Int32))
        .filter(pl.col("back").list.len() > 0)
        .explode("back")
        .select("owner", (pl.col("day") + pl.col("back")).alias("day"), "back", "known_at", "amount")
    )
