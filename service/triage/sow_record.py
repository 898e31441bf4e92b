"""A statement of work on record, as it was known at an instant."""

import datetime as dt
from dataclasses import dataclass

import polars as pl

from models.neighbourhood import Fetch
from models.point_in_time import versions


@dataclass(frozen=True)
class SowRecord:
    """``text`` is None where the record has a file's name only, or neither."""

    sow_id: str
    text: str | None


def sow_on_record(fetch: Fetch, sow_id: str, as_of: dt.datetime) -> SowRecord | None:
    """The document of this id, with the text that was on record at ``as_of``; None where none was known yet.

    A file that a record names is not read: it lies where the records were exported, if anywhere.
    """
    revised = fetch("revisions", "key", [sow_id]).filter(pl.col("table") == "sows")
    records = {"sows": fetch("sows", "sow_id", [sow_id]), "revisions": revised}
    known = versions(records, "sows", ["text"]).filter(
        pl.col("known_at") <= as_of, (pl.col("known_until") > as_of).fill_null(value=True)
    )
    return None if known.is_empty() else SowRecord(sow_id, known["text"][0])
