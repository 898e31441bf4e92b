"""Which projects there are to ask about, and when."""

import datetime as dt
from collections.abc import Sequence

import polars as pl

from models.margin_erosion.settings import MarginErosionSettings
from models.point_in_time import INSTANT, known_rows, standing, versions
from models.records import Records, table_of
from models.task import UNKNOWN, Row

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
PROJECT_ID = r"^[^\p{C}\p{Zl}\p{Zp}]{1,128}$"
"""As long and as visible as the id of an action's parameter."""
HOUR = 6
"""Projects are asked about on Mondays at 06:00 UTC, before anybody's week begins."""


def parse(subject_ids: Sequence[str], as_ofs: Sequence[dt.datetime]) -> pl.DataFrame:
    """Subjects as `history.build` wants them, from project ids; a malformed id has a null ``project_id``."""
    given = {"subject_id": list(subject_ids), "as_of": list(as_ofs)}
    return pl.DataFrame(given, schema={"subject_id": pl.String, "as_of": INSTANT}).with_columns(
        project_id=pl.when(pl.col("subject_id").str.contains(PROJECT_ID)).then("subject_id")
    )


def malformed(subject_ids: Sequence[str]) -> pl.Series:
    """What was expected of each id that is none, null where it is one."""
    return parse(subject_ids, [EPOCH] * len(subject_ids)).select(
        why=pl.when(pl.col("project_id").is_null()).then(pl.lit("expected a project_id of 1 to 128 visible characters"))
    )["why"]


def person_of(subject_id: str, snapshot: Row | None = None) -> None:
    """Whom a subject is about: nobody."""


def why_not(records: Records, subjects: pl.DataFrame) -> pl.Series:
    """Why each of ``subjects`` (as `parse` made them of well-formed ids) cannot be asked about, null where it can."""
    frame = _with_state(records, subjects)
    recorded = table_of(records, "projects")["project_id"].implode()
    reason = (
        pl.when(~pl.col("project_id").is_in(recorded))
        .then(pl.lit(UNKNOWN))
        .when(~pl.col("known") | ~pl.col("started"))
        .then(pl.lit("the project had not started at as_of"))
        .when(pl.col("closed_at").is_not_null())
        .then(pl.lit("the project was already closed at as_of"))
    )
    return frame.select(reason.alias("why"))["why"]


def open_at(records: Records, as_of: dt.datetime) -> pl.DataFrame:
    """All projects that may be asked about at ``as_of``: started and not closed, also past their end date."""
    projects = table_of(records, "projects").select("project_id").unique().sort("project_id")
    return _askable(records, projects.with_columns(as_of=pl.lit(as_of, dtype=INSTANT)))


def scheduled(records: Records, settings: MarginErosionSettings) -> pl.DataFrame:  # noqa: ARG001 - all ask alike
    """All projects of the records on the Mondays on which they are active, from their first forecast on.

    They end where the firm's forecasts do: later weeks could only be unresolved.
    """
    end = pl.lit(records_end(records), dtype=INSTANT)
    first = table_of(records, "forecasts").group_by("project_id").agg(first=pl.col("made_at").min())
    monday = pl.col("first").dt.truncate("1w").dt.offset_by(f"{HOUR}h")
    since = pl.when(monday < pl.col("first")).then(monday.dt.offset_by("1w")).otherwise(monday)
    weeks = (
        table_of(records, "projects").select("project_id").unique().join(first, on="project_id")
        .with_columns(since=since)
        .filter(pl.col("since") <= end)
        .select("project_id", as_of=pl.datetime_ranges("since", end, "1w"))
        .explode("as_of")
    )  # fmt: skip
    return _askable(records, weeks)


def records_end(records: Records) -> dt.datetime | None:
    """The last instant of which the records tell: when the last forecast was made."""
    end = known_rows(records, "forecasts")["known_at"].max()
    assert end is None or isinstance(end, dt.datetime)
    return end


def _askable(records: Records, subjects: pl.DataFrame) -> pl.DataFrame:
    active = pl.col("known") & pl.col("started") & pl.col("closed_at").is_null()
    return (
        _with_state(records, subjects)
        .filter(active)
        .select("project_id", "as_of", subject_id="project_id")
        .sort("as_of", "project_id")
    )


def _with_state(records: Records, subjects: pl.DataFrame) -> pl.DataFrame:
    """Adds whether each project was ``known`` and ``started``, and ``closed_at``, all as known at ``as_of``.

    A project has started when its kick-off is known or its first day has come. One of which neither is recorded has
    started when it is known.
    """
    state = versions(records, "projects", ["starts_on", "kicked_off_at", "closed_at"])
    frame = subjects.with_row_index("row")
    known = (
        frame.select("row", "project_id", "as_of")
        .join(state, on="project_id")
        .filter(standing())
        .select("row", "starts_on", "kicked_off_at", "closed_at")
    )
    begun = (
        pl.col("kicked_off_at").is_not_null()
        | (pl.col("starts_on") <= pl.col("as_of").dt.date())
        | pl.col("starts_on").is_null()
    )
    return frame.join(
        known.with_columns(known=pl.lit(value=True)), on="row", how="left", maintain_order="left"
    ).with_columns(pl.col("known").fill_null(value=False), started=begun.fill_null(value=False))
