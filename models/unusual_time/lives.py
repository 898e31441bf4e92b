"""What becomes of time entries: when each was known, handed in, closed and questioned.

*Questioned* is an entry that was rejected, corrected or written off. *Closed* is one that was questioned, approved or
invoiced: finance has it, or its person has it back, and there is nothing left to warn of.
"""

import polars as pl

from models.point_in_time import INSTANT, known_rows, versions
from models.records import Records, table_of

QUESTIONED = ("rejected_at", "corrected_at", "written_off_hours")
COLUMNS = ("submitted_at", "approved_at", "invoice_id", *QUESTIONED)


def of_entries(records: Records, entry_ids: pl.Series) -> Records:
    """The same records with these time entries and what revisions say of them, to look at a few of millions."""
    wanted = entry_ids.unique().to_frame("entry_id")
    said = table_of(records, "revisions").filter(pl.col("table") == "time_entries")
    return {
        **records,
        "time_entries": table_of(records, "time_entries").join(wanted, on="entry_id", how="semi"),
        "revisions": said.join(wanted, left_on="key", right_on="entry_id", how="semi"),
    }


def lives(records: Records) -> pl.DataFrame:
    """The instants of every entry, a row each, ordered by ``entry_id``.

    Returns ``entry_id``, ``person_id``, ``known_at``, ``submitted_at``, ``closed_at`` and ``questioned_at``: from when
    on the records say so for the first time, null where they do not. Write-offs and invoices are told by `revisions`.
    """
    rows = known_rows(records, "time_entries")
    said = table_of(records, "revisions").filter(pl.col("table") == "time_entries", pl.col("column").is_in(COLUMNS))
    told = said.select(entry_id="key").unique()
    columns = ("entry_id", "person_id", "known_at", "submitted_at", "closed_at", "questioned_at")
    plain = _as_given(rows.join(told, on="entry_id", how="anti")).select(columns)
    revised = rows.join(told, on="entry_id", how="semi").select("entry_id", "person_id")
    if not revised.is_empty():
        unrolled = _unrolled(of_entries(records, revised["entry_id"]))
        plain = pl.concat([plain, revised.join(unrolled, on="entry_id").select(columns)])
    return plain.sort("entry_id")


def _as_given(rows: pl.DataFrame) -> pl.DataFrame:
    """The instants of entries whose happenings nobody revised: millions of them, so nothing is unrolled."""
    questioned = pl.min_horizontal("rejected_at", "corrected_at")
    return rows.with_columns(
        submitted_at=_not_before_known(pl.col("submitted_at")),
        closed_at=_not_before_known(pl.min_horizontal("approved_at", questioned)),
        questioned_at=_not_before_known(questioned),
    )


def _not_before_known(instant: pl.Expr) -> pl.Expr:
    return pl.when(instant.is_not_null()).then(pl.max_horizontal(instant, "known_at"))


def _unrolled(records: Records) -> pl.DataFrame:
    """The same from versions, where revisions tell of happenings."""
    questioned = (
        pl.col("rejected_at").is_not_null()
        | pl.col("corrected_at").is_not_null()
        | (pl.col("written_off_hours") > 0).fill_null(value=False)
    )
    closed = questioned | pl.col("approved_at").is_not_null() | pl.col("invoice_id").is_not_null()
    return (
        versions(records, "time_entries", COLUMNS)
        .group_by("entry_id")
        .agg(
            _first(pl.col("submitted_at").is_not_null()).alias("submitted_at"),
            _first(closed).alias("closed_at"),
            _first(questioned).alias("questioned_at"),
            pl.col("known_at").min(),
        )
    )


def _first(said: pl.Expr) -> pl.Expr:
    return pl.when(said).then("known_at").otherwise(pl.lit(None, dtype=INSTANT)).min()
