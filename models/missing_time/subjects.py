"""Which person-days there are to ask about, and when."""

import datetime as dt
from collections.abc import Sequence

import polars as pl

from models.local_time import local_day
from models.missing_time.settings import MissingTimeSettings
from models.missing_time.week import MOMENTS, cutoff, moment
from models.point_in_time import INSTANT, known_rows, zones
from models.records import Records, table_of
from models.task import UNKNOWN, Row

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
SUBJECT_ID = r"^(?<person_id>[^\p{C}\p{Zl}\p{Zp}]+)/(?<day>[1-9][0-9]{3}-[0-9]{2}-[0-9]{2})$"
LONGEST_PERSON_ID = 128
NAMED_IN = ("people", "time_entries", "assignments")
REACH_DAYS = 10
"""The longest time from a day to its cutoff, rounded up: Monday to the Monday after, and a zone on either side."""


def parse(subject_ids: Sequence[str], as_ofs: Sequence[dt.datetime]) -> pl.DataFrame:
    """Subjects as `history.build` wants them, from ids ``person_id/YYYY-MM-DD``; a malformed id has a null ``day``.

    The part before the last slash may hold slashes; it is as long and as visible as the id of an action's parameter.
    """
    parts = pl.col("subject_id").str.extract_groups(SUBJECT_ID)
    given = {"subject_id": list(subject_ids), "as_of": list(as_ofs)}
    return (
        pl.DataFrame(given, schema={"subject_id": pl.String, "as_of": INSTANT})
        .with_columns(parts.alias("parts"))
        .unnest("parts")
        .with_columns(
            day=pl.when(pl.col("person_id").str.len_chars() <= LONGEST_PERSON_ID).then(
                pl.col("day").str.to_date("%Y-%m-%d", strict=False)
            )
        )
    )


def person_of(subject_id: str, snapshot: Row | None = None) -> str:  # noqa: ARG001 - the id says it
    """Whom a subject is about."""
    return subject_id.rpartition("/")[0]


def open_at(records: Records, as_of: dt.datetime) -> pl.DataFrame:
    """All person-days that may be asked about at ``as_of``: begun, and their week not yet closed, for the person.

    Nobody is asked about whom no record known by then names.
    """
    people = _people_known_by(records, as_of)
    today = local_day(pl.repeat(as_of, people.height, dtype=INSTANT, eager=True), people["timezone"])
    days = pl.date_ranges(pl.col("today").dt.offset_by(f"-{REACH_DAYS}d"), "today")
    frame = people.with_columns(today=today, as_of=pl.lit(as_of, dtype=INSTANT)).with_columns(day=days).explode("day")
    return _identified(frame.filter(cutoff(frame["day"], frame["timezone"]) > frame["as_of"]))


def malformed(subject_ids: Sequence[str]) -> pl.Series:
    """What was expected of each id that is none, null where it is one."""
    return parse(subject_ids, [EPOCH] * len(subject_ids)).select(
        why=pl.when(pl.col("day").is_null()).then(pl.lit("expected person_id/YYYY-MM-DD"))
    )["why"]


def why_not(records: Records, subjects: pl.DataFrame) -> pl.Series:
    """Why each of ``subjects`` (as `parse` made them of well-formed ids) cannot be asked about, null where it can."""
    frame = subjects.join(zones(records), on="person_id", how="left", maintain_order="left")
    starts = moment("day_start", frame["day"], frame["timezone"])
    closes = cutoff(frame["day"], frame["timezone"])
    known = _people_at_work(records)["person_id"]
    reason = (
        pl.when(~pl.col("person_id").is_in(known.implode()))
        .then(pl.lit(UNKNOWN))
        .when(pl.col("as_of") < starts)
        .then(pl.lit("the day has not begun at as_of"))
        .when(pl.col("as_of") >= closes)
        .then(pl.lit("the week was already closed at as_of"))
    )
    return frame.select(reason.alias("why"))["why"]


def scheduled(records: Records, settings: MissingTimeSettings) -> pl.DataFrame:
    """All person-days of the records at the moments of ``settings``, from a person's first entry or booking on.

    A person's days end where their records do: with the last known entry, booking or ``active_days`` after it. Nobody's
    begin before the first time entry of the firm: what was booked earlier has no time sheet to be missing from.
    """
    spans = _spans(records, settings.active_days)
    days = spans.with_columns(day=pl.date_ranges("first", "last")).explode("day").drop("first", "last")
    if settings.label == "no_entry":
        days = days.filter(pl.col("day").dt.weekday() <= 5)  # noqa: PLR2004 - Friday
    names = MOMENTS if settings.moment == "all" else (settings.moment,)
    parts = [days.with_columns(as_of=moment(name, days["day"], days["timezone"])) for name in names]
    frame = pl.concat(parts)
    begun = moment("day_start", frame["day"], frame["timezone"])
    return _identified(frame.filter(begun <= frame["as_of"]))


def records_end(records: Records) -> dt.datetime | None:
    """The last instant of which the records tell: when the last time entry became known."""
    end = known_rows(records, "time_entries")["known_at"].max()
    assert end is None or isinstance(end, dt.datetime)
    return end


def _people_at_work(records: Records) -> pl.DataFrame:
    """Everybody whom people, time entries or assignments name: ``person_id``, ``timezone``."""
    return _zoned(records, [table_of(records, name) for name in NAMED_IN])


def _people_known_by(records: Records, as_of: dt.datetime) -> pl.DataFrame:
    """The same, of rows that were known at ``as_of``."""
    return _zoned(records, [known_rows(records, name).filter(pl.col("known_at") <= as_of) for name in NAMED_IN])


def _zoned(records: Records, tables: Sequence[pl.DataFrame]) -> pl.DataFrame:
    everybody = pl.concat([table.select("person_id") for table in tables]).drop_nulls().unique().sort("person_id")
    return everybody.join(zones(records), on="person_id", how="left", maintain_order="left")


def _spans(records: Records, active_days: int) -> pl.DataFrame:
    """From when to when the records can tell of each person: ``person_id``, ``timezone``, ``first``, ``last``."""
    end = records_end(records) or EPOCH
    entries = table_of(records, "time_entries").select("person_id", first="worked_on", last="worked_on")
    booked = table_of(records, "assignments").select(
        "person_id", first="starts_on", last=pl.min_horizontal("ends_on", "released_on").fill_null(pl.date(9999, 1, 1))
    )
    return (
        pl.concat([entries, booked])
        .group_by("person_id")
        .agg(pl.col("first").min(), pl.col("last").max().dt.offset_by(f"{active_days}d"))
        .with_columns(
            pl.max_horizontal("first", pl.lit(entries["first"].min(), dtype=pl.Date)),
            pl.min_horizontal("last", pl.lit(end, dtype=INSTANT).dt.date()),
        )
        .filter(pl.col("first") <= pl.col("last"))
        .join(zones(records), on="person_id", how="left")
        .sort("person_id")
    )


def _identified(frame: pl.DataFrame) -> pl.DataFrame:
    subject_id = pl.concat_str("person_id", pl.col("day").dt.to_string("%Y-%m-%d"), separator="/")
    return frame.select("person_id", "day", "as_of", subject_id=subject_id).sort("as_of", "person_id", "day")
