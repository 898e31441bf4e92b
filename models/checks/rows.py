"""Rows against the other rows: the same key twice, parents that do not exist, more than a day's hours in a day."""

from collections.abc import Iterator

import polars as pl

from models.findings import Finding, Severity, cells_where, error
from models.records import TABLES, Records, Table

HOURS_IN_A_DAY = 24
_TOLERANCE = 1e-6
"""Hours are often minutes divided by sixty: 24 of them may add up to a trifle more."""


def duplicates(table: Table, frame: pl.DataFrame) -> Iterator[Finding]:
    """Every row but the first of one key. Rows whose key is not complete are missing a value instead."""
    required = [name for name in table.key if table.by_name[name].required]
    key = pl.struct(table.key)
    again = frame.select(~key.is_first_distinct() & pl.all_horizontal(pl.col(required).is_not_null())).to_series()
    if again.any():
        keys = frame.select(pl.concat_str([pl.col(part).cast(pl.String) for part in table.key], separator="/"))
        expected = f"each {' + '.join(table.key)} once; this row repeats an earlier one"
        yield error("duplicate", table.name, table.key[0], expected, cells_where(again, keys.to_series()))


def orphans(records: Records, table: Table, frame: pl.DataFrame, parents: frozenset[str]) -> Iterator[Finding]:
    """References to rows that do not exist, for the parent tables that the firm has (``parents``)."""
    for column in table.columns:
        if column.references not in parents:
            continue
        ids = frame[column.name]
        known = records[column.references][TABLES[column.references].key[0]]
        bad = ~ids.is_in(known.drop_nulls().unique().implode())
        if bad.any():
            expected = f"the id of a row of {column.references}"
            yield error("orphan", table.name, column.name, expected, cells_where(bad, ids))


def too_many_hours(table: Table, frame: pl.DataFrame) -> Iterator[Finding]:
    """All entries of a person's day on which they add up to more than 24 hours: which one is wrong cannot be told."""
    if table.name != "time_entries":
        return
    day = ["person_id", "worked_on"]
    total = pl.col("hours").sum().over(day)
    dated = pl.all_horizontal(pl.col(day).is_not_null())
    bad = frame.select((total > HOURS_IN_A_DAY + _TOLERANCE) & dated).to_series()
    if not bad.any():
        return
    days = frame.filter(bad).select(pl.struct(day).n_unique()).item()
    expected = f"at most {HOURS_IN_A_DAY} hours for a person and day, all entries together ({days} days have more)"
    shown = frame.select(pl.format("{} on {}: {} hours", *day, total.round(2))).to_series()
    yield error("too_many_hours", table.name, "hours", expected, cells_where(bad, shown))


def revisions_of_nothing(table: Table, frame: pl.DataFrame) -> Iterator[Finding]:
    """Revisions of a table or a column that does not exist."""
    if table.name != "revisions":
        return
    unknown = ~frame["table"].is_in(list(TABLES))
    if unknown.any():
        cells = cells_where(unknown, frame["table"])
        yield error("not_a_choice", table.name, "table", f"one of {', '.join(TABLES)}", cells)
    cells_of = pl.Series([f"{other.name}.{column}" for other in TABLES.values() for column in other.overwritten])
    named = frame.select(pl.concat_str("table", "column", separator=".")).to_series()
    bad = ~named.is_in(cells_of.implode()) & ~unknown
    if bad.any():
        expected = "a column of that table that is not part of its key"
        yield error("not_a_choice", table.name, "column", expected, cells_where(bad, named))


def known_late(table: Table, frame: pl.DataFrame) -> Iterator[Finding]:
    """One warning a table: how many rows are known only from the last of the cells that could tell."""
    *earlier, last = table.known_from or ("",)
    if not earlier:
        return
    late = frame.select(pl.all_horizontal(pl.col(earlier).is_null())).to_series()
    if last in frame.columns:
        late &= frame[last].is_not_null()
    if late.any():
        names = " and ".join(earlier)
        when = f"from the end of {last}" if last == "worked_on" else f"by {last}"
        what = f"{names}; without {'it' if len(earlier) == 1 else 'them'} a row is taken as known {when}"
        count = int(late.sum())
        expected = f"{what} ({count:,} of {frame.height:,} rows)"
        yield Finding(
            Severity.WARNING, "known_by_assumption", table.name, earlier[0], expected, without_cells=count
        )  # fmt: skip
