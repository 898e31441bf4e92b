"""The few records from which the signals of some projects are the same as from all of them."""

from collections.abc import Collection, Iterable

import polars as pl

from models.neighbourhood import Fetch
from models.point_in_time import row_key
from models.records import TABLES, Records

_OF_THE_PROJECT = ("assignments", "time_entries", "approvals")
_OF_ITS_CIRCLE = ("milestones", "invoices", "forecasts", "change_requests", "actuals")
"""Tables that habits are read from: wanted of all projects of the same client or manager."""


def near(project_ids: Collection[str], fetch: Fetch) -> Records:
    """The records of some projects, of their clients' and managers' other projects, and of the people in them.

    Rows that belong to another project now, or once did, are found by their ``revisions``.
    """
    own = sorted(set(project_ids))
    moved = fetch("revisions", "column", ["client_id", "manager_id", "project_id"])
    projects = fetch("projects", "project_id", own)
    owners = {column: _ever(projects, moved, column) for column in ("client_id", "manager_id")}
    handed_over = moved.filter(pl.col("table") == "projects")["key"].to_list()
    circle = _rows(
        "projects",
        [projects, fetch("projects", "project_id", handed_over)]
        + [fetch("projects", column, values) for column, values in owners.items()],
    )
    around = sorted({*own, *circle["project_id"]})
    tables = {name: _of_projects(name, own, moved, fetch) for name in _OF_THE_PROJECT}
    tables |= {name: _of_projects(name, around, moved, fetch) for name in _OF_ITS_CIRCLE}
    # A milestone without a date of its own is known from its project on, whichever that is now.
    tables["projects"] = _rows("projects", [circle, fetch("projects", "project_id", _given(tables["milestones"]))])
    tables["people"] = fetch("people", "person_id", _persons(tables, fetch))
    keys = (frame.select(row_key(TABLES[name])).to_series() for name, frame in tables.items())
    tables["revisions"] = _rows("revisions", [fetch("revisions", "key", key.unique().to_list()) for key in keys])
    return tables


def _of_projects(name: str, project_ids: list[str], moved: pl.DataFrame, fetch: Fetch) -> pl.DataFrame:
    found = fetch(name, "project_id", project_ids)
    if "project_id" in TABLES[name].key:
        return found
    keys = moved.filter(pl.col("table") == name, pl.col("column") == "project_id")["key"].unique().to_list()
    return _rows(name, [found, fetch(name, TABLES[name].key[0], keys)])


def _rows(name: str, frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    key = list(TABLES[name].key)
    return pl.concat(frames).unique(key, maintain_order=True).sort(key)


def _given(frame: pl.DataFrame) -> list[str]:
    return frame["project_id"].drop_nulls().unique().sort().to_list()


def _persons(tables: Records, fetch: Fetch) -> list[str]:
    """Everybody to whom a booking or an entry belongs, or once belonged."""
    work = [tables[name] for name in ("assignments", "time_entries")]
    keys = [key for frame in work for key in frame.to_series(0).to_list()]
    reassigned = fetch("revisions", "key", keys)
    revised = reassigned.filter(pl.col("column") == "person_id")["value"]
    return pl.concat([*(frame["person_id"] for frame in work), revised]).drop_nulls().unique().sort().to_list()


def _ever(frame: pl.DataFrame, revisions: pl.DataFrame, column: str) -> list[str]:
    """All values that a column of some projects has or once had."""
    mine = revisions.filter(
        pl.col("table") == "projects", pl.col("column") == column, pl.col("key").is_in(frame["project_id"].to_list())
    )
    return pl.concat([frame[column], mine["value"]]).drop_nulls().unique().sort().to_list()
