"""Which time entries there are to ask about, and when."""

import datetime as dt
from collections.abc import Sequence

import polars as pl

from models.local_time import end_of_day, local_day
from models.point_in_time import INSTANT, zones
from models.records import Records, table_of
from models.task import UNKNOWN, Row
from models.unusual_time.lives import COLUMNS, lives, of_entries
from models.unusual_time.settings import UnusualTimeSettings

SUBJECT_ID = r"^[^\p{C}\p{Zl}\p{Zp}]+$"
LONGEST_ID = 128
SETTLED_DAYS = 90
"""An entry that nobody closed for so long is taken as settled: a firm whose records hold no approvals would else have
all of its history open."""


def parse(subject_ids: Sequence[str], as_ofs: Sequence[dt.datetime]) -> pl.DataFrame:
    """Subjects as `history.build` wants them, from ids of time entries; ``entry_id`` is null where an id is malformed.

    An id is as long and as visible as the id of an action's parameter.
    """
    readable = pl.col("subject_id").str.contains(SUBJECT_ID) & (pl.col("subject_id").str.len_chars() <= LONGEST_ID)
    given = {"subject_id": list(subject_ids), "as_of": list(as_ofs)}
    return pl.DataFrame(given, schema={"subject_id": pl.String, "as_of": INSTANT}).with_columns(
        entry_id=pl.when(readable).then("subject_id")
    )


def malformed(subject_ids: Sequence[str]) -> pl.Series:
    """What was expected of each id that is none, null where it is one."""
    frame = parse(subject_ids, [dt.datetime(1970, 1, 1, tzinfo=dt.UTC)] * len(subject_ids))
    expected = f"expected an entry_id, 1 to {LONGEST_ID} visible characters"
    return frame.select(why=pl.when(pl.col("entry_id").is_null()).then(pl.lit(expected)))["why"]


def person_of(subject_id: str, snapshot: Row | None = None) -> str | None:  # noqa: ARG001 - the id does not say it
    """Whose entry it is, as the snapshot has it; None without one."""
    return None if snapshot is None else snapshot["person_id"]


def why_not(records: Records, subjects: pl.DataFrame) -> pl.Series:
    """Why each of ``subjects`` (as `parse` made them of well-formed ids) cannot be asked about, null where it can."""
    told = lives(of_entries(records, subjects["subject_id"]))
    frame = subjects.join(told, left_on="subject_id", right_on="entry_id", how="left", maintain_order="left")
    reason = (
        pl.when(pl.col("known_at").is_null())
        .then(pl.lit(UNKNOWN))
        .when(pl.col("as_of") < pl.col("known_at"))
        .then(pl.lit("the entry was not known at as_of"))
        .when(pl.col("as_of") >= pl.col("questioned_at"))
        .then(pl.lit("the entry was already rejected, corrected or written off at as_of"))
        .when(pl.col("as_of") >= pl.col("closed_at"))
        .then(pl.lit("the entry was already approved or invoiced at as_of"))
        .when(pl.col("as_of") > _settled())
        .then(pl.lit(f"the entry had been known for more than {SETTLED_DAYS} days at as_of"))
    )
    return frame.select(reason.alias("why"))["why"]


def open_at(records: Records, as_of: dt.datetime) -> pl.DataFrame:
    """All entries that may be asked about at ``as_of``: known, not closed, and not settled by time."""
    frame = lives(records).with_columns(as_of=pl.lit(as_of, dtype=INSTANT))
    return _identified(frame.filter(pl.col("known_at") <= pl.col("as_of"), _is_open()))


def scheduled(records: Records, settings: UnusualTimeSettings) -> pl.DataFrame:  # noqa: ARG001 - asked at any setting
    """Each entry at the end of the local day on which it became known, and once more when it was submitted later.

    An entry that was closed within that day is asked about when it was submitted, or else when it became known. No
    field tells how long an entry has been known, so that this choice, which looks ahead, tells a predictor nothing.
    """
    frame = lives(records).join(zones(records), on="person_id", how="left", maintain_order="left")
    zone = frame["timezone"]
    frame = frame.select("entry_id", "known_at", "submitted_at", "closed_at").with_columns(
        day_end=end_of_day(local_day(frame["known_at"], zone), zone)
    )
    handed_in = pl.when(pl.col("submitted_at") < pl.col("closed_at")).then("submitted_at").otherwise("known_at")
    in_time = (pl.col("closed_at") > pl.col("day_end")).fill_null(value=True)
    frame = frame.with_columns(first=pl.when(in_time).then("day_end").otherwise(handed_in)).drop("day_end")
    later = frame.filter(pl.col("submitted_at") > pl.col("first"))
    both = [frame.with_columns(as_of="first"), later.with_columns(as_of="submitted_at")]
    return pl.concat([_identified(part.filter(_is_open())) for part in both]).sort("as_of", "subject_id")


def records_end(records: Records) -> dt.datetime | None:
    """The last instant of which the records tell: when an entry last became known, or something last became of one."""
    told = lives(records).select("known_at", "submitted_at", "closed_at").max()
    said = table_of(records, "revisions").filter(pl.col("table") == "time_entries", pl.col("column").is_in(COLUMNS))
    instants = [*told.row(0), said["known_at"].max()]
    return max((instant for instant in instants if isinstance(instant, dt.datetime)), default=None)


def _is_open() -> pl.Expr:
    """Whether an entry that is known at ``as_of`` is neither closed nor settled then."""
    not_closed = (pl.col("closed_at") > pl.col("as_of")).fill_null(value=True)
    return not_closed & (pl.col("as_of") <= _settled())


def _settled() -> pl.Expr:
    return pl.col("known_at").dt.offset_by(f"{SETTLED_DAYS}d")


def _identified(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select("entry_id", "as_of", subject_id="entry_id").sort("as_of", "subject_id")
