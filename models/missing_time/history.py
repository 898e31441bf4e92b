"""Records and instants in, snapshots out: point in time, for one person-day or for all of a firm's.

The same builder serves training, batch and online. It looks at a person's own records only, and at none older than
`NEIGHBOURHOOD_DAYS` before the day, so that a service can build the same snapshot from a few rows.
"""

import datetime as dt
from collections.abc import Sequence

import numpy as np
import polars as pl

from models.arrays import Flags, Floats, Ints
from models.day_windows import DayWindows, movements
from models.exact import quotient
from models.local_time import start_of_day
from models.missing_time.ahead import ahead
from models.missing_time.bookings import Bookings
from models.missing_time.entering import Entering
from models.missing_time.expectation import expected_hours
from models.missing_time.habits import days_since_first, habits, working
from models.missing_time.rhythm import rhythm
from models.missing_time.settings import MissingTimeSettings
from models.missing_time.snapshot import LONGEST_NEW_DAYS, WINDOW_DAYS, MissingTimeSnapshot
from models.missing_time.week import cutoff
from models.neighbourhood import Fetch
from models.point_in_time import standing, versions, zones
from models.records import Records, table_of

NEIGHBOURHOOD_DAYS = WINDOW_DAYS + 30
EARLIEST = dt.date(1970, 1, 1)
"""No record is about a day before this one: an id may name any."""
CHUNK = 50_000

INTEGER_FIELDS = ("days_since_last_entry", "days_of_history", "entry_changes_20", "week_open_days")


def build(records: Records, subjects: pl.DataFrame, settings: MissingTimeSettings) -> pl.DataFrame:
    """The snapshots of person-days.

    ``subjects`` has ``subject_id``, ``person_id``, ``day`` (Date) and ``as_of`` (instant, the day's start or later).
    Returns ``subject_id``, ``as_of`` and the fields of `MissingTimeSnapshot`, in the order of ``subjects`` and only for
    those on whose day time is expected of the person.
    """
    sources = _Sources(records, subjects)
    parts = [
        _build_chunk(sources, subjects.slice(start, CHUNK), settings) for start in range(0, subjects.height, CHUNK)
    ]
    return pl.concat(parts) if parts else _build_chunk(sources, subjects, settings)


class _Sources:
    """What the chunks share: the records as movements and versions, made once."""

    def __init__(self, records: Records, subjects: pl.DataFrame) -> None:
        self.records = records
        self.zones = zones(records)
        people = subjects.select("person_id").unique()
        entries = versions(records, "time_entries", ["person_id", "worked_on", "hours"])
        first = entries.unique("entry_id", keep="first", maintain_order=True)
        owners = subjects.select(owner="person_id", day=pl.col("day").cast(pl.Int32))
        seconds = (pl.col("hours") * 3600).round().cast(pl.Int64)
        self.hours = DayWindows.of(movements(entries, "person_id", "worked_on", seconds), owners, WINDOW_DAYS + 1)
        first = first.join(people, on="person_id", how="semi")
        self.entering = Entering(first.join(self.zones, on="person_id", how="left", maintain_order="left"))
        self.leave = versions(records, "time_off", ["ends_on"]).join(people, on="person_id", how="semi")
        away = self.leave.with_columns(day=pl.date_ranges("starts_on", "ends_on")).explode("day")
        self.away = DayWindows.of(
            movements(away, "person_id", "day", pl.lit(1, dtype=pl.Int64)), owners, WINDOW_DAYS + 1
        )
        self.bookings = Bookings(records)
        self.people = versions(
            records, "people",
            ["joined_on", "left_on", "job_role", "grade", "practice", "region", "employment", "hours_per_week"],
        )  # fmt: skip


def _build_chunk(sources: _Sources, subjects: pl.DataFrame, settings: MissingTimeSettings) -> pl.DataFrame:
    frame = _with_person(sources, subjects)
    owners = frame.select(owner="person_id", day=pl.col("day").cast(pl.Int32), as_of="as_of")
    day_starts = owners.with_columns(as_of=frame["day_start"])
    seconds = sources.hours.known(owners)
    off = (sources.away.known(owners) > 0) | _holidays(sources.records, frame)
    weekday = frame["day"].dt.weekday().to_numpy()
    at_day_start = sources.hours.known(day_starts)
    fields = habits(seconds, working(weekday, off), weekday)
    expected = expected_hours(
        settings,
        booked=frame["booked_hours"].to_numpy(),
        at_day_start=at_day_start,
        days_since_start=_days_since_start(frame, at_day_start),
        off=off[:, 0],
        weekday=weekday,
    )
    expected = np.where(frame["employed"].to_numpy(), expected, 0.0)
    frame = frame.with_columns(
        pl.Series("expected_hours", expected),
        pl.Series("known_hours", seconds[:, 0] / 3600.0),
        *(_field(name, values) for name, values in fields.items()),
        *sources.entering.of(frame).get_columns(),
        *ahead(sources.leave, table_of(sources.records, "holidays"), frame).get_columns(),
    )
    sits_down = rhythm(sources.entering.running, frame)
    frame = frame.with_columns(_field(name, values) for name, values in sits_down.items())
    return frame.filter(pl.col("expected_hours") > 0).select("subject_id", "as_of", *MissingTimeSnapshot.model_fields)


def _field(name: str, values: Floats) -> pl.Series:
    series = pl.Series(name, values, dtype=pl.Float64, nan_to_null=True)
    return series.cast(pl.Int64) if name in INTEGER_FIELDS else series


def _with_person(sources: _Sources, subjects: pl.DataFrame) -> pl.DataFrame:
    """Adds the clock, the person as known at ``as_of`` and the day's bookings; keeps the order of ``subjects``."""
    frame = subjects.with_row_index("row").join(sources.zones, on="person_id", how="left", maintain_order="left")
    zone = frame["timezone"]
    frame = frame.with_columns(day_start=start_of_day(frame["day"], zone), cutoff=cutoff(frame["day"], zone))
    frame = frame.with_columns(
        weekday=pl.col("day").dt.weekday().cast(pl.Int64),
        month=pl.col("day").dt.month().cast(pl.Int64),
        days_to_month_end=(pl.col("day").dt.month_end() - pl.col("day")).dt.total_days(),
        hours_since_day_start=_hours_between(frame["day_start"], frame["as_of"]),
        hours_to_cutoff=_hours_between(frame["as_of"], frame["cutoff"]),
    )
    known = (
        frame.select("row", "person_id", "as_of")
        .join(sources.people, on="person_id")
        .filter(standing())
        .drop("person_id", "as_of", "known_at", "known_until")
        .rename({"hours_per_week": "weekly_hours"})
    )
    frame = frame.join(known, on="row", how="left", maintain_order="left").with_columns(
        employed=(pl.col("left_on") >= pl.col("day")).fill_null(value=True)
        & (pl.col("joined_on") <= pl.col("day")).fill_null(value=True)
    )
    frame = frame.join(sources.bookings.on_days(frame), on="row", how="left", maintain_order="left")
    return frame.with_columns(
        days_since_joined=(pl.col("day") - pl.col("joined_on")).dt.total_days().clip(upper_bound=LONGEST_NEW_DAYS),
        other_region=(pl.col("region") != pl.col("project_region")).cast(pl.Int64),
    )


def _hours_between(start: pl.Series, end: pl.Series) -> pl.Series:
    return quotient((end - start).dt.total_microseconds(), 3.6e9)


def _days_since_start(frame: pl.DataFrame, at_day_start: Ints) -> Floats:
    """How long ago the person's history began: joined, or entered time for the first time within the window."""
    since_joined = (frame["day"] - frame["joined_on"]).dt.total_days().to_numpy()
    since_first = np.nan_to_num(days_since_first(at_day_start[:, 1:] > 0))
    return np.where(np.isnan(since_joined), since_first, since_joined)


def _holidays(records: Records, frame: pl.DataFrame) -> Flags:
    """Which days of each window are holidays of the person's region."""
    calendar = table_of(records, "holidays").select("region", day=pl.col("on").cast(pl.Int32))
    marks = (
        frame.select("row", "region", last=pl.col("day").cast(pl.Int32))
        .with_row_index("position")
        .join(calendar, on="region")
        .with_columns(back=pl.col("last") - pl.col("day"))
        .filter(pl.col("back").is_between(0, WINDOW_DAYS))
    )
    window = np.zeros((frame.height, WINDOW_DAYS + 1), dtype=bool)
    window[marks["position"].to_numpy(), marks["back"].to_numpy()] = True
    return window


def neighbourhood(subjects: pl.DataFrame, fetch: Fetch) -> Records:
    """The few records from which `build` makes the same snapshots of ``subjects`` as from all of them."""
    persons = subjects["person_id"].unique().sort().to_list()
    first_day = subjects["day"].min()
    assert isinstance(first_day, dt.date), "subjects have days"
    since = max(first_day, EARLIEST) - dt.timedelta(days=NEIGHBOURHOOD_DAYS)
    moved = fetch("revisions", "column", ["person_id", "worked_on"])["key"].unique().to_list()
    assignments = _both(
        fetch("assignments", "person_id", persons), fetch("assignments", "assignment_id", moved), "assignment_id"
    )
    entries = _both(
        fetch("time_entries", "person_id", persons, since=("worked_on", since)),
        fetch("time_entries", "entry_id", moved),
        "entry_id",
    )
    people = fetch("people", "person_id", _everybody(persons, assignments, entries))
    revisions = fetch("revisions", "key", [*persons, *assignments["assignment_id"], *entries["entry_id"]])
    time_off = fetch("time_off", "person_id", persons)
    away = time_off.select(pl.concat_str("person_id", pl.col("starts_on").cast(pl.String), separator="/"))
    projects = fetch("projects", "project_id", _ever(assignments, revisions, "project_id"))
    return {
        "people": people,
        "assignments": assignments,
        "time_entries": entries,
        "projects": projects,
        "time_off": time_off,
        "holidays": fetch("holidays", "region", _ever(people, revisions, "region")),
        "revisions": pl.concat(
            [revisions, fetch("revisions", "key", [*away.to_series(), *projects["project_id"]])]
        ).unique(["table", "key", "column", "known_at"]),
    }


def _both(first: pl.DataFrame, second: pl.DataFrame, key: str) -> pl.DataFrame:
    return pl.concat([first, second]).unique(key, maintain_order=True)


def _everybody(persons: Sequence[str], *tables: pl.DataFrame) -> list[str]:
    """The persons, and those to whom a record of theirs was moved: a row's bare days are in its person's zone."""
    return sorted({*persons, *(person for table in tables for person in table["person_id"].drop_nulls())})


def _ever(frame: pl.DataFrame, revisions: pl.DataFrame, column: str) -> list[str]:
    """All values that a column has or once had."""
    once = revisions.filter(pl.col("column") == column)["value"]
    return pl.concat([frame[column], once]).drop_nulls().unique().sort().to_list()
