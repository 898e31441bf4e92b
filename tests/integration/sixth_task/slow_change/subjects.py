"""Which change requests there are to ask about, and when."""

import datetime as dt
from collections.abc import Sequence

import polars as pl

from models.point_in_time import INSTANT, standing, versions
from models.records import Records, table_of
from models.slow_change.settings import SlowChangeSettings
from models.task import UNKNOWN, Row

CHANGE_ID = r"^[^\p{C}\p{Zl}\p{Zp}]{1,128}$"


def parse(subject_ids: Sequence[str], as_ofs: Sequence[dt.datetime]) -> pl.DataFrame:
    """Subjects as `history.build` wants them: a subject's id is its change request's."""
    given = {"subject_id": list(subject_ids), "as_of": list(as_ofs)}
    return pl.DataFrame(given, schema={"subject_id": pl.String, "as_of": INSTANT}).with_columns(change_id="subject_id")


def malformed(subject_ids: Sequence[str]) -> pl.Series:
    """What was expected of each id that is none, null where it is one."""
    fine = pl.Series(subject_ids, dtype=pl.String).str.contains(CHANGE_ID)
    return pl.select(why=pl.when(~fine).then(pl.lit("expected a change_id of 1 to 128 visible characters")))["why"]


def why_not(records: Records, subjects: pl.DataFrame) -> pl.Series:
    """Why each of ``subjects`` cannot be asked about, null where it can."""
    there = table_of(records, "change_requests")["change_id"]
    open_ = _undecided(records, subjects)["row"]
    return subjects.with_row_index("row").select(
        why=pl.when(~pl.col("change_id").is_in(there.implode()))
        .then(pl.lit(UNKNOWN))
        .when(~pl.col("row").is_in(open_.implode()))
        .then(pl.lit("the change request was not open at as_of"))
    )["why"]


def person_of(subject_id: str, snapshot: Row | None = None) -> None:
    """A change request is about no person."""


def open_at(records: Records, as_of: dt.datetime) -> pl.DataFrame:
    """All change requests that are raised and not decided at ``as_of``."""
    found = versions(records, "change_requests", ["decided_at"]).with_columns(as_of=pl.lit(as_of, dtype=INSTANT))
    return _identified(found.filter(standing(), pl.col("decided_at").is_null()))


def scheduled(records: Records, settings: SlowChangeSettings) -> pl.DataFrame:
    """Every change request when it is raised."""
    return _identified(table_of(records, "change_requests").with_columns(as_of="raised_at"))


def records_end(records: Records) -> dt.datetime | None:
    """When a change request was last raised or decided."""
    table = table_of(records, "change_requests")
    return pl.concat([table["raised_at"], table["decided_at"].alias("raised_at")]).max()


def _undecided(records: Records, subjects: pl.DataFrame) -> pl.DataFrame:
    said = versions(records, "change_requests", ["decided_at"])
    frame = subjects.select("change_id", "as_of").with_row_index("row").join(said, on="change_id")
    return frame.filter(standing(), pl.col("decided_at").is_null())


def _identified(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select("change_id", "as_of", subject_id="change_id").sort("as_of", "change_id")
