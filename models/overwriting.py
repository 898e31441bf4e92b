"""What overwriting a row leaves behind: the `revisions` without which the past would change with it.

A record that arrives again with other cells replaces the stored one. What was known before must stay what it was, so
for each cell that got another value

* its former value is put down from the instant from which it was known, where no revision says so already, and
* its new value from the instant at which the service learnt of it.

A happening tells by itself when it happened: a request that is now filled needs no revision. One that was known to have
happened and now says something else does, and so do cells of which only revisions can tell (``invoice_id``).

The cells that make a row known, and the zone of a person, are read as they stand (decision 14). Free text is read by no
task and leaves nothing, so that there is one copy of it to erase.
"""

import datetime as dt

import polars as pl

from models.cells import parse
from models.local_time import end_of_day
from models.point_in_time import INSTANT, known_rows, row_key, zone_of_rows
from models.records import TABLES, Column, Kind, Records, Table, table_of

FREE_TEXT = frozenset({"name", "note", "path", "text", "title"})
"""Columns in which people write what they like."""


def left_behind(
    name: str, former: pl.DataFrame, given: pl.DataFrame, around: Records, now: dt.datetime
) -> pl.DataFrame:
    """The revisions, in their canonical schema, that are left when ``given`` rows replace ``former`` ones at ``now``.

    Both are canonical frames of table ``name`` with the same keys, in any order. ``around`` holds what ``revisions``
    say of these rows so far, the ``people`` whose rows they are, and the ``projects`` that date milestones.
    """
    table = TABLES[name]
    if name == "revisions" or not table.overwritten or former.is_empty():
        return TABLES["revisions"].empty()
    after = _dated(table, given, around).sort("row_key")
    before = _dated(table, former, around).sort("row_key")
    before = before.with_columns(start=pl.min_horizontal("start", after["start"]), seen_from="start")
    said = table_of(around, "revisions").filter(pl.col("table") == name)
    left = [
        _of_column(column, before, after, said.filter(pl.col("column") == column.name), now)
        for column in table.columns
        if column.name not in {*table.key, *FREE_TEXT}
    ]
    return (
        pl.concat(left)
        .select(pl.lit(name).alias("table"), "key", "column", "value", "known_at")
        .unique(["key", "column", "known_at"], keep="last", maintain_order=True)
    )


def _dated(table: Table, frame: pl.DataFrame, around: Records) -> pl.DataFrame:
    """The rows with their key as revisions write it, their zone, and ``start``: from when on they are known."""
    records = {**around, table.name: frame}
    start = known_rows(records, table.name)["known_at"]
    return frame.with_columns(row_key=row_key(table), zone=zone_of_rows(records, table, frame), start=start)


def _of_column(
    column: Column, before: pl.DataFrame, after: pl.DataFrame, said: pl.DataFrame, now: dt.datetime
) -> pl.DataFrame:
    cells = before.select(
        "row_key", "start", "seen_from", former=column.name, new=after[column.name],
        told=_told(column, before), retold=_told(column, after),
    ).filter(pl.col("former").ne_missing(pl.col("new")) | pl.col("told").ne_missing(pl.col("retold")))  # fmt: skip
    if cells.is_empty():
        return _written(column, cells.select("row_key", value="new", at="start"))
    cells = cells.join(_settings(column, said, before), on="row_key", how="left").with_columns(
        unsaid=pl.col("first").is_null() | (pl.col("first") > pl.col("start")),
        never=pl.col("first").is_null(),
    )
    return (_of_happenings if column.happening else _of_states)(column, cells, now)


def _of_states(column: Column, cells: pl.DataFrame, now: dt.datetime) -> pl.DataFrame:
    """A cell that holds from when its row is known. Nobody has seen what a row said that is not known yet."""
    pinned = pl.col("unsaid") & (pl.col("start") < now)
    stood = pl.when("never").then("former").otherwise("last")
    seen = cells.filter(pinned | ~pl.col("never"))
    return _written(
        column,
        seen.filter(pinned).select("row_key", value="former", at="start"),
        seen.filter(stood.ne_missing(pl.col("new"))).select("row_key", value="new", at=pl.lit(now, dtype=INSTANT)),
    )


def _of_happenings(column: Column, cells: pl.DataFrame, now: dt.datetime) -> pl.DataFrame:
    """A cell that is null until what it states has happened, and stays as it tells by itself while nobody saw it."""
    shown_at = pl.max_horizontal("told", "seen_from")
    cells = cells.with_columns(shown_at=pl.when(pl.col("told").is_not_null()).then(shown_at))
    shown = (
        pl.col("former").is_not_null()
        & (pl.col("shown_at") < now).fill_null(value=False)
        & (pl.col("never") | (pl.col("shown_at") < pl.col("first")))
    )
    untold = not column.told_by
    touched = cells.with_columns(shown=shown).filter(pl.col("shown") | ~pl.col("never") | pl.lit(untold))
    nothing = pl.lit(None, dtype=column.dtype)
    stood = pl.when(~pl.col("never")).then("last").when("shown").then("former").otherwise(nothing)
    pinned = touched.filter(pl.col("unsaid") & (pl.col("start") < now) & pl.lit(not untold))
    return _written(
        column,
        pinned.select("row_key", value=nothing, at="start"),
        pinned.filter("shown").select("row_key", value="former", at="shown_at"),
        touched.filter(stood.ne_missing(pl.col("new"))).select("row_key", value="new", at=pl.lit(now, dtype=INSTANT)),
    )


def _told(column: Column, rows: pl.DataFrame) -> pl.Series:
    """The instant at which a happening tells that it happened; null for a cell that is none, or that cannot tell."""
    ends = [
        rows[source] if rows[source].dtype == INSTANT else end_of_day(rows[source], rows["zone"])
        for source in column.told_by
    ]
    never = pl.repeat(None, rows.height, dtype=INSTANT, eager=True)
    return pl.select(told=pl.coalesce(*ends, never)).to_series()


def _settings(column: Column, said: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """What revisions have set the cells to: when ``first``, and the ``last`` value."""
    mine = said.join(rows.select("row_key", "zone"), left_on="key", right_on="row_key").sort("known_at")
    values = parse(column.kind, mine["value"], mine["zone"]).values
    return (
        mine.select(row_key="key", at="known_at", value=values)
        .group_by("row_key")
        .agg(first=pl.col("at").first(), last=pl.col("value").last())
    )


def _written(column: Column, *settings: pl.DataFrame) -> pl.DataFrame:
    """Settings as rows of `revisions`; a later one of the same cell and instant stands."""
    value = pl.col("value")
    text = value.dt.to_string("%Y-%m-%dT%H:%M:%S%.6fZ") if column.kind is Kind.INSTANT else value.cast(pl.String)
    return pl.concat(
        [
            each.select(key="row_key", column=pl.lit(column.name), value=text, known_at=pl.col("at").cast(INSTANT))
            for each in settings
        ]
    )
