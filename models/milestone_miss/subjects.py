"""Which milestones there are to ask about, and when."""

import datetime as dt
from collections.abc import Sequence

import polars as pl

from models.milestone_miss.settings import MilestoneMissSettings
from models.milestone_miss.state import is_open, milestone_versions, state
from models.point_in_time import INSTANT, known_rows
from models.records import Records, table_of
from models.task import UNKNOWN, Row

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MILESTONE_ID = r"^[^\p{C}\p{Zl}\p{Zp}]{1,128}$"
"""As long and as visible as the id of an action's parameter."""
HOUR = 6
"""Milestones are asked about on Mondays at 06:00 UTC, before anybody's week begins."""
DEFAULTS = MilestoneMissSettings()
LONGEST_GRACE_DAYS = 180
"""Calendar days within which any number of working days that the settings allow has passed."""


def parse(subject_ids: Sequence[str], as_ofs: Sequence[dt.datetime]) -> pl.DataFrame:
    """Subjects as `history.build` wants them, from milestone ids; a malformed id has a null ``milestone_id``."""
    given = {"subject_id": list(subject_ids), "as_of": list(as_ofs)}
    return pl.DataFrame(given, schema={"subject_id": pl.String, "as_of": INSTANT}).with_columns(
        milestone_id=pl.when(pl.col("subject_id").str.contains(MILESTONE_ID)).then("subject_id")
    )


def malformed(subject_ids: Sequence[str]) -> pl.Series:
    """What was expected of each id that is none, null where it is one."""
    expected = pl.lit("expected a milestone_id of 1 to 128 visible characters")
    return parse(subject_ids, [EPOCH] * len(subject_ids)).select(
        why=pl.when(pl.col("milestone_id").is_null()).then(expected)
    )["why"]


def person_of(subject_id: str, snapshot: Row | None = None) -> None:
    """Whom a subject is about: nobody."""


def why_not(records: Records, subjects: pl.DataFrame) -> pl.Series:
    """Why each of ``subjects`` (as `parse` made them of well-formed ids) cannot be asked about, null where it can."""
    recorded = table_of(records, "milestones")["milestone_id"].implode()
    frame = pl.concat([subjects, state(records, subjects, DEFAULTS)], how="horizontal")
    reason = (
        pl.when(~pl.col("milestone_id").is_in(recorded))
        .then(pl.lit(UNKNOWN))
        .when(pl.col("due_on").is_null())
        .then(pl.lit("the milestone was not known at as_of"))
        .when(pl.col("cancelled_at").is_not_null())
        .then(pl.lit("the milestone was already cancelled at as_of"))
        .when(pl.col("billed_at").is_not_null())
        .then(pl.lit("the milestone was already billed at as_of"))
        .when(pl.col("as_of") > pl.col("deadline"))
        .then(pl.lit("the time for billing the milestone had already passed at as_of"))
        .when(~is_open(DEFAULTS))
        .then(pl.lit(f"the milestone is due more than {DEFAULTS.due_within_days} days after as_of"))
    )
    return frame.select(reason.alias("why"))["why"]


def open_at(records: Records, as_of: dt.datetime) -> pl.DataFrame:
    """All milestones that may be asked about at ``as_of``: unbilled, and near their due date or not long past it."""
    milestones = table_of(records, "milestones").select("milestone_id").unique()
    return _askable(records, milestones.with_columns(as_of=pl.lit(as_of, dtype=INSTANT)), DEFAULTS)


def scheduled(records: Records, settings: MilestoneMissSettings) -> pl.DataFrame:
    """All milestones of the records on the Mondays on which they may be asked about, as far as the records tell."""
    end = pl.lit(records_end(records), dtype=INSTANT)
    spans = (
        milestone_versions(records)
        .group_by("milestone_id")
        .agg(
            created=pl.col("created").first(),
            low=pl.col("due_on").min().dt.offset_by(f"-{settings.due_within_days}d"),
            high=pl.col("due_on").max().dt.offset_by(f"{LONGEST_GRACE_DAYS}d"),
        )
        .with_columns(
            low=pl.max_horizontal(pl.col("low"), pl.col("created").dt.date()).dt.truncate("1w"),
            high=pl.min_horizontal(pl.col("high"), end.dt.date()),
        )
        .filter(pl.col("low") <= pl.col("high"), end.is_not_null())
    )
    weeks = (
        spans.select("milestone_id", monday=pl.date_ranges("low", "high", "1w"))
        .explode("monday")
        .select("milestone_id", as_of=pl.col("monday").cast(INSTANT).dt.offset_by(f"{HOUR}h"))
        .filter(pl.col("as_of") <= end)
    )
    return _askable(records, weeks, settings)


def records_end(records: Records) -> dt.datetime | None:
    """The last instant of which the records tell: the last thing that a project did, a milestone or a time entry."""
    happened = table_of(records, "milestones").select(pl.max_horizontal("achieved_at", "accepted_at", "billed_at"))
    issued = table_of(records, "invoices").select("issued_at")
    forecast = table_of(records, "forecasts").select("made_at")
    entered = known_rows(records, "time_entries").select("known_at")
    instants = pl.concat([frame.to_series() for frame in (happened, issued, forecast, entered)])
    end = instants.max()
    assert end is None or isinstance(end, dt.datetime)
    return end


def _askable(records: Records, subjects: pl.DataFrame, settings: MilestoneMissSettings) -> pl.DataFrame:
    subjects = subjects.sort("as_of", "milestone_id")
    opened = pl.concat([subjects.select("as_of"), state(records, subjects, settings)], how="horizontal").select(
        is_open(settings)
    )
    return subjects.filter(opened.to_series()).select("milestone_id", "as_of", subject_id="milestone_id")
