"""Which records a call needs to build the same snapshots as from all: those of the same job role, requester, client."""

from collections.abc import Sequence

import polars as pl

from models.neighbourhood import Fetch
from models.records import Records

_MOVED = ("job_role", "requester", "project_id", "client_id", "person_id")
"""Cells that say to whom a row belongs: one that was overwritten may once have belonged to who is asked about."""


def neighbourhood(subjects: pl.DataFrame, fetch: Fetch) -> Records:
    """The records from which `build` makes the same snapshots of ``subjects`` as from all of them.

    These are all requests for the same job roles, of the same requesters and for the same clients, the people with
    the job roles, and their bookings.
    """
    moved = fetch("revisions", "column", _MOVED)
    own = fetch("resource_requests", "request_id", subjects["request_id"].drop_nulls().unique().sort().to_list())
    said = fetch("revisions", "key", own["request_id"].to_list())
    roles = _ever(own, said, "job_role")
    named = _ever(own, said, "project_id")
    projects = _projects(fetch, named, moved)
    requests = _all(
        "request_id",
        own,
        fetch("resource_requests", "job_role", roles),
        fetch("resource_requests", "requester", _ever(own, said, "requester")),
        fetch("resource_requests", "project_id", sorted({*named, *projects["project_id"]})),
        fetch("resource_requests", "request_id", _keys(moved, "resource_requests")),
    )
    people = _all("person_id", fetch("people", "job_role", roles), fetch("people", "person_id", _keys(moved, "people")))
    assignments = _all(
        "assignment_id",
        fetch("assignments", "person_id", people["person_id"].to_list()),
        fetch("assignments", "assignment_id", _keys(moved, "assignments")),
    )
    elsewhere = sorted(set(assignments["person_id"].drop_nulls()) - set(people["person_id"]))
    people = _all("person_id", people, fetch("people", "person_id", elsewhere))
    keys = [*requests["request_id"], *projects["project_id"], *people["person_id"], *assignments["assignment_id"]]
    return {
        "resource_requests": requests,
        "projects": projects,
        "people": people,
        "assignments": assignments,
        "revisions": fetch("revisions", "key", sorted(set(keys))),
    }


def _projects(fetch: Fetch, named: Sequence[str], moved: pl.DataFrame) -> pl.DataFrame:
    """The projects that are named, and all of their clients, at any time."""
    own = fetch("projects", "project_id", named)
    clients = _ever(own, fetch("revisions", "key", own["project_id"].to_list()), "client_id")
    return _all(
        "project_id",
        own,
        fetch("projects", "client_id", clients),
        fetch("projects", "project_id", _keys(moved, "projects")),
    )


def _keys(moved: pl.DataFrame, table: str) -> list[str]:
    return moved.filter(pl.col("table") == table)["key"].unique().sort().to_list()


def _all(key: str, *frames: pl.DataFrame) -> pl.DataFrame:
    return pl.concat(frames).unique(key, maintain_order=True).sort(key)


def _ever(frame: pl.DataFrame, revisions: pl.DataFrame, column: str) -> list[str]:
    """All values that a column has or once had."""
    once = revisions.filter(pl.col("column") == column)["value"]
    return pl.concat([frame[column], once]).drop_nulls().unique().sort().to_list()
