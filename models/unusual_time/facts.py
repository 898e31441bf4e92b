"""Time entries as facts that add up: who, on what, when it was known. Names become numbers, for there are millions.

A *fact* is an entry as it was first known; a *move* is what each version of an entry adds and takes back.
"""

from collections.abc import Sequence

import polars as pl

from models.local_time import end_of_day
from models.point_in_time import standing, versions, zones
from models.records import Records
from models.running_sums import movements
from models.unusual_time.lives import lives

LONGEST_DELAY_DAYS = 56
"""What was entered or questioned longer after its day (or before it) is no fact: it would make a snapshot depend on
records older than its window."""
NAMES = ("person_id", "project_id", "category")


class Facts:
    """The entries of a firm, made once. Columns of names hold numbers, as `numbered` gives them to subjects.

    ``first`` has ``person_id``, ``project_id``, ``category``, ``day``, ``known_at``, ``seconds`` and ``billable``;
    ``moves`` has ``person_id``, ``project_id``, ``day``, ``size``, ``known_at``, ``seconds`` and ``entries``;
    ``questioned`` has ``project_id`` and ``known_at``, the instant at which an entry was first questioned.
    """

    def __init__(self, records: Records) -> None:
        entries = versions(
            records, "time_entries", ["person_id", "project_id", "worked_on", "hours", "billable", "category"]
        )
        self._numbers = {name: _numbers(entries[name]) for name in NAMES}
        entries = self.numbered(entries.rename({"worked_on": "day"}).with_columns(seconds=seconds("hours")))
        is_first = pl.col("entry_id").ne_missing(pl.col("entry_id").shift(1))
        zone = zones(records)
        first = entries.filter(is_first).drop("known_until", "hours")
        questioned = _questioned(records, entries, first)
        self.questioned = _in_time(questioned, zone, self._numbers["person_id"]).select("project_id", "known_at")
        self.first = _in_time(first.drop("entry_id"), zone, self._numbers["person_id"])
        moving = entries.select(
            "person_id", "project_id", "day", "known_at", "known_until", "seconds", size="seconds", entries=ONE
        )
        self.moves = movements(moving, ["seconds", "entries"])

    def numbered(self, frame: pl.DataFrame) -> pl.DataFrame:
        """``frame`` with its names as numbers; a name that no entry has is null."""
        for name, numbers in self._numbers.items():
            if name in frame.columns:
                coded = frame.select(name).join(numbers, on=name, how="left", maintain_order="left")["number"]
                frame = frame.with_columns(coded.alias(name))
        return frame


ONE = pl.lit(1, dtype=pl.Int64)


def seconds(hours: str) -> pl.Expr:
    """Hours as whole seconds."""
    return (pl.col(hours) * 3600).round().cast(pl.Int64)


def only(frame: pl.DataFrame, wanted: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """The rows of ``frame`` whose ``names`` some row of ``wanted`` has."""
    return frame.join(wanted.select(names).unique(), on=list(names), how="semi")


def _numbers(names: pl.Series) -> pl.DataFrame:
    return names.unique().drop_nulls().sort().to_frame().with_row_index("number")


def _in_time(facts: pl.DataFrame, zone: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """Those facts that became known within `LONGEST_DELAY_DAYS` of the end of their day."""
    clocks = persons.join(zone, on="person_id", how="left", maintain_order="left").select("number", "timezone")
    rows = facts.select("person_id").join(
        clocks, left_on="person_id", right_on="number", how="left", maintain_order="left"
    )
    delay = facts["known_at"] - end_of_day(facts["day"], rows["timezone"])
    return facts.filter((delay.dt.total_days().abs() < LONGEST_DELAY_DAYS).fill_null(value=False))


def _questioned(records: Records, entries: pl.DataFrame, first: pl.DataFrame) -> pl.DataFrame:
    """When entries were first questioned, on the project that they were on then; their day is that of `first`."""
    told = lives(records).filter(pl.col("questioned_at").is_not_null()).select("entry_id", "questioned_at")
    then = (
        entries.join(told, on="entry_id")
        .filter(standing("questioned_at"))
        .select("entry_id", "project_id", known_at="questioned_at")
    )
    return then.join(first.select("entry_id", "person_id", "day"), on="entry_id")
