"""The few records from which a service builds the same snapshots as from all of them."""

import datetime as dt
from collections.abc import Iterable, Sequence

import polars as pl

from models.neighbourhood import Fetch
from models.records import TABLES, Records
from models.unusual_time.facts import LONGEST_DELAY_DAYS
from models.unusual_time.habits import PROJECT_DAYS

NEIGHBOURHOOD_DAYS = PROJECT_DAYS + LONGEST_DELAY_DAYS + 3
"""Facts of the window are about days no older than that; three days for zones and bounds."""
WEEK_AND_MORE = 12
"""From a day back to the start of the week of the Friday before."""
EARLIEST = dt.date(1970, 1, 1)


def neighbourhood(subjects: pl.DataFrame, fetch: Fetch) -> Records:
    """The few records from which `history.build` makes the same snapshots of ``subjects`` as from all of them.

    They are the person's own entries of some months, and those of the projects that share project, manager or client;
    a firm's own projects, which have no client, are left out. Of a project with a budget it is all entries.
    """
    ids = subjects["subject_id"].unique().sort().to_list()
    own = fetch("time_entries", "entry_id", ids)
    said = fetch("revisions", "key", ids)
    said = said.filter(pl.col("table") == "time_entries")
    moved = fetch("revisions", "column", ["person_id", "worked_on", "project_id", "client_id", "manager_id"])
    persons = _ever(own, said, "person_id")
    projects, on_clients, budgeted = _projects(fetch, moved, _ever(own, said, "project_id"))
    since = _since(subjects, own, said)
    entries = _together(
        "time_entries",
        [
            own,
            fetch("time_entries", "person_id", persons, since=("worked_on", since)),
            fetch("time_entries", "project_id", on_clients, since=("worked_on", since)),
            fetch("time_entries", "project_id", budgeted),
            fetch("time_entries", "entry_id", _keys(moved, "time_entries")),
        ],
    )
    assignments = _together(
        "assignments",
        [
            fetch("assignments", "person_id", persons),
            fetch("assignments", "project_id", _ever(own, said, "project_id")),
            fetch("assignments", "assignment_id", _keys(moved, "assignments")),
        ],
    )
    people = fetch("people", "person_id", sorted({*persons, *_named(entries), *_named(assignments)}))
    time_off = fetch("time_off", "person_id", persons)
    away = time_off.select(pl.concat_str("person_id", pl.col("starts_on").cast(pl.String), separator="/"))
    keys = [people["person_id"], projects["project_id"], entries["entry_id"], assignments["assignment_id"]]
    revisions = fetch("revisions", "key", sorted({*away.to_series(), *(key for part in keys for key in part)}))
    return {
        "people": people,
        "projects": projects,
        "time_entries": entries,
        "assignments": assignments,
        "time_off": time_off,
        "holidays": fetch("holidays", "region", _ever(people, revisions, "region")),
        "revisions": revisions,
    }


def _projects(
    fetch: Fetch, moved: pl.DataFrame, project_ids: Sequence[str]
) -> tuple[pl.DataFrame, list[str], list[str]]:
    """The projects of the entries and all that share a manager or a client with them.

    Also the ids of those whose lately entered time counts, and of the entries' own that have or had a budget.
    """
    own = fetch("projects", "project_id", project_ids)
    said = fetch("revisions", "key", project_ids).filter(pl.col("table") == "projects")
    siblings = [fetch("projects", owner, _ever(own, said, owner)) for owner in ("client_id", "manager_id")]
    elsewhere = fetch("projects", "project_id", _keys(moved, "projects"))
    found = _together("projects", [own, *siblings, elsewhere])
    once = moved.filter(pl.col("table") == "projects", pl.col("column") == "client_id")["key"]
    on_clients = found.filter(pl.col("client_id").is_not_null() | pl.col("project_id").is_in(once.implode()))
    told = said.filter(pl.col("column") == "budget_hours")["key"]
    budgeted = own.filter(pl.col("budget_hours").is_not_null() | pl.col("project_id").is_in(told.implode()))
    return found, on_clients["project_id"].to_list(), budgeted["project_id"].to_list()


def _since(subjects: pl.DataFrame, own: pl.DataFrame, said: pl.DataFrame) -> dt.date:
    """The first day whose entries are wanted: that of the window, or the week of the earliest day of work."""
    asked = subjects["as_of"].min()
    days = [own["worked_on"], said.filter(pl.col("column") == "worked_on")["value"].str.to_date(strict=False)]
    worked = [day for column in days for day in (column.min(),) if isinstance(day, dt.date)]
    assert isinstance(asked, dt.datetime), "subjects have instants"
    earliest = [day - dt.timedelta(days=WEEK_AND_MORE) for day in worked if day > EARLIEST]
    return min([asked.date() - dt.timedelta(days=NEIGHBOURHOOD_DAYS), *earliest])


def _keys(moved: pl.DataFrame, table: str) -> list[str]:
    return moved.filter(pl.col("table") == table)["key"].unique().sort().to_list()


def _named(frame: pl.DataFrame) -> Iterable[str]:
    """Whose rows they are: a row's bare days are in its person's zone."""
    return frame["person_id"].drop_nulls().unique()


def _together(table: str, parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(parts).unique(TABLES[table].key[0], maintain_order=True).sort(TABLES[table].key)


def _ever(frame: pl.DataFrame, revisions: pl.DataFrame, column: str) -> list[str]:
    """All values that a column has or once had."""
    once = revisions.filter(pl.col("column") == column)["value"]
    return pl.concat([frame[column], once]).drop_nulls().unique().sort().to_list()
