"""Records and instants in, snapshots of time entries out: point in time, for one entry or for all of a firm's."""

import polars as pl

from models.exact import quotient
from models.local_time import end_of_day, to_local
from models.missing_time.bookings import Bookings
from models.missing_time.snapshot import LONGEST_NEW_DAYS
from models.missing_time.week import cutoff
from models.point_in_time import known_rows, standing, versions, zones
from models.records import Records, table_of
from models.unusual_time.booked import booked
from models.unusual_time.day import Days
from models.unusual_time.facts import Facts, seconds
from models.unusual_time.habits import Habits
from models.unusual_time.lives import of_entries
from models.unusual_time.projects import Budgets, Questioned, client_facts, with_project
from models.unusual_time.settings import UnusualTimeSettings
from models.unusual_time.snapshot import UnusualTimeSnapshot

CHUNK = 50_000
DAY = 86_400_000_000
"""In microseconds."""
HOUR_SECONDS = 3600


def build(records: Records, subjects: pl.DataFrame, settings: UnusualTimeSettings) -> pl.DataFrame:  # noqa: ARG001
    """The snapshots of time entries.

    ``subjects`` has ``subject_id`` (an ``entry_id``) and ``as_of``. Returns ``subject_id``, ``as_of`` and the fields of
    `UnusualTimeSnapshot`, in the order of ``subjects`` and only for entries that are known at ``as_of``, with a
    person, a day and hours.
    """
    frame = _with_person(records, _entries(records, subjects))
    sources = _Sources(records, frame)
    parts = [_build_chunk(sources, frame.slice(start, CHUNK)) for start in range(0, frame.height, CHUNK)]
    return pl.concat(parts) if parts else _build_chunk(sources, frame)


class _Sources:
    """What the chunks share: sums over all entries, and bookings, made once."""

    def __init__(self, records: Records, frame: pl.DataFrame) -> None:
        self.facts = Facts(records)
        self.bookings = Bookings(records)
        self.holidays = table_of(records, "holidays").select("region", day="on").unique().drop_nulls()
        self.away = versions(records, "time_off", ["ends_on"])
        on_clients = client_facts(records, self.facts, self.facts.first)
        coded = self.facts.numbered(frame)
        self.habits = Habits(self.facts, on_clients, coded)
        self.days = Days(self.facts, coded)
        self.questioned = Questioned(records, self.facts, on_clients, coded)
        self.budgets = Budgets(self.facts, coded)


def _build_chunk(sources: _Sources, frame: pl.DataFrame) -> pl.DataFrame:
    coded = sources.facts.numbered(frame)
    frame = frame.hstack(booked(sources.bookings, frame)).hstack(sources.habits.of(coded))
    frame = frame.hstack(sources.days.of(coded)).hstack(sources.questioned.of(coded))
    frame = frame.with_columns(
        sources.budgets.of(coded),
        on_holiday=_marked(frame, frame.join(sources.holidays, on=["region", "day"], how="semi")),
        on_time_off=_marked(frame, _away(sources.away, frame)),
        worked_on=pl.col("day").dt.to_string("%Y-%m-%d"),
    )
    return frame.select("subject_id", "as_of", *UnusualTimeSnapshot.model_fields)


def _entries(records: Records, subjects: pl.DataFrame) -> pl.DataFrame:
    """The entries as known at ``as_of``, in the order of ``subjects``, with ``row`` and ``entered``."""
    few = of_entries(records, subjects["subject_id"])
    known = versions(
        few,
        "time_entries",
        ["person_id", "project_id", "worked_on", "hours", "billable", "category", "submitted_at"],
    )
    entered = known_rows(few, "time_entries").select("entry_id", entered="known_at")
    frame = (
        subjects.select("subject_id", "as_of")
        .with_row_index("row")
        .join(known, left_on="subject_id", right_on="entry_id")
        .filter(standing())
        .drop_nulls(["person_id", "worked_on", "hours"])
        .join(entered, left_on="subject_id", right_on="entry_id")
        .sort("row")
    )
    return frame.select(
        "row",
        "subject_id",
        "as_of",
        "person_id",
        "project_id",
        "hours",
        "category",
        "entered",
        day="worked_on",
        size=seconds("hours"),
        billable=pl.col("billable").cast(pl.Int64),
        submitted=pl.col("submitted_at").is_not_null().cast(pl.Int64),
        whole_hours=(seconds("hours") % HOUR_SECONDS == 0).cast(pl.Int64),
        weekday=pl.col("worked_on").dt.weekday().cast(pl.Int64),
        days_to_month_end=(pl.col("worked_on").dt.month_end() - pl.col("worked_on")).dt.total_days(),
    )


def _with_person(records: Records, frame: pl.DataFrame) -> pl.DataFrame:
    """Adds what is known of person and project, and when the entry was made by the person's clock."""
    frame = frame.join(zones(records), on="person_id", how="left", maintain_order="left")
    day_end = end_of_day(frame["day"], frame["timezone"])
    local = to_local(frame["entered"], frame["timezone"])
    minutes = local.dt.hour().cast(pl.Int64) * 60 + local.dt.minute()
    frame = frame.with_columns(
        quotient((frame["entered"] - day_end).dt.total_microseconds(), DAY).alias("entry_delay_days"),
        # Known from the end of its day means that nobody wrote down when it was entered.
        pl.select(pl.when(frame["entered"] != day_end).then(quotient(minutes, 60))).to_series().alias("entry_hour"),
        entered_late=(frame["entered"] > cutoff(frame["day"], frame["timezone"])).cast(pl.Int64),
    )
    people = versions(
        records, "people", ["job_role", "grade", "practice", "region", "employment", "hours_per_week", "joined_on"]
    ).rename({"hours_per_week": "weekly_hours"})
    known = (
        frame.select("row", "person_id", "as_of")
        .join(people, on="person_id")
        .filter(standing())
        .drop("person_id", "as_of", "known_at", "known_until")
    )
    frame = frame.join(known, on="row", how="left", maintain_order="left").with_columns(
        days_since_joined=(pl.col("day") - pl.col("joined_on")).dt.total_days().clip(upper_bound=LONGEST_NEW_DAYS)
    )
    return with_project(records, frame).with_columns(
        other_region=(pl.col("region") != pl.col("project_region")).cast(pl.Int64)
    )


def _away(away: pl.DataFrame, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows on whose day time off was booked, as known at ``as_of``."""
    return (
        frame.select("row", "person_id", "day", "as_of")
        .join(away, on="person_id")
        .filter(standing(), pl.col("starts_on") <= pl.col("day"), pl.col("ends_on") >= pl.col("day"))
    )


def _marked(frame: pl.DataFrame, found: pl.DataFrame) -> pl.Series:
    """1 for the rows that were found, else 0."""
    return frame["row"].is_in(found["row"].unique().implode()).cast(pl.Int64)
