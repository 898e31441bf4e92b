"""How the ids of an event lead to subjects, by kind of subject: those it names, and those that follow from them."""

import datetime as dt
from collections.abc import Collection, Sequence

import polars as pl

from models.neighbourhood import Fetch
from models.task import Task
from service.events.event import Event
from service.events.types.time_window import window_of

_AT_WORK_DAYS = 35
"""Whom only time entries name is at work for so long after the last: somewhat more than the three weeks after which
`missing_time` expects no more of them."""


class CarrierUnknown(Exception):
    """An id that is in no record and by which other ids were to be found. ``kind`` says of what; the id is not said."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"no record names the {kind}")
        self.kind = kind


def projects(event: Event, task: Task, fetch: Fetch) -> Sequence[str]:  # noqa: ARG001 - as every finder
    """The projects that are named."""
    return _named(event, "project_ids")


def milestones(event: Event, task: Task, fetch: Fetch) -> Sequence[str]:  # noqa: ARG001 - as every finder
    """The milestones that are named."""
    return _named(event, "milestone_ids")


def requests(event: Event, task: Task, fetch: Fetch) -> Sequence[str]:
    """The requests that are named, and the open ones of the project that is. Raises CarrierUnknown."""
    named, project = _named(event, "request_ids"), event.data.get("project_id")
    if project is None:
        return named
    found = fetch("resource_requests", "project_id", [project])
    if found.is_empty() and fetch("projects", "project_id", [project]).is_empty():
        raise CarrierUnknown("project")
    records = {"resource_requests": found, "revisions": fetch("revisions", "key", found["request_id"].to_list())}
    return [*named, *task.open_at(records, event.received_at)["subject_id"]]


def person_days(event: Event, task: Task, fetch: Fetch) -> Sequence[str]:
    """The days of the window that have begun and are open, of the persons who are named or of everybody at work.

    A named person whom no record names stands among them with the first day, so that the answer says so.
    """
    first, last = _window(event)
    named = _named(event, "person_ids")
    records = _at_work(fetch, named or None, first)
    if not named:
        records |= {"people": _not_left(records["people"], first)}
    days = task.open_at(records, event.received_at)
    known = set().union(*(records[name]["person_id"].to_list() for name in _NAMED_IN))
    unknown = [f"{person}/{first}" for person in named if person not in known]
    return [*days.filter(pl.col("day").is_between(first, last))["subject_id"], *unknown]


def time_entries(event: Event, task: Task, fetch: Fetch) -> Sequence[str]:
    """The entries that are named, and those of the window's days and persons that finance has not closed."""
    first, last = _window(event)
    persons = _named(event, "person_ids") or None
    found = fetch("time_entries", "person_id", persons, since=("worked_on", first))
    found = found.filter(pl.col("worked_on") <= last)
    records = {
        "time_entries": found,
        "people": fetch("people", "person_id", found["person_id"].unique().to_list()),
        "revisions": fetch("revisions", "key", found["entry_id"].to_list()),
    }
    return [*_named(event, "entry_ids"), *task.open_at(records, event.received_at)["subject_id"]]


_NAMED_IN = ("people", "time_entries", "assignments")


def _named(event: Event, field: str) -> list[str]:
    return list(event.data.get(field) or ())


def _window(event: Event) -> tuple[dt.date, dt.date]:
    given = (event.data.get("first_day"), event.data.get("last_day"))
    first, last = (dt.date.fromisoformat(day) if day else None for day in given)
    return window_of(first, last, event.received_at)


def _at_work(fetch: Fetch, persons: Collection[str] | None, first: dt.date) -> dict[str, pl.DataFrame]:
    """The rows that name these persons, or anybody, and tell that they were at work lately or are to be."""
    since = first - dt.timedelta(days=_AT_WORK_DAYS)
    booked = fetch("assignments", "person_id", persons)
    return {
        "people": fetch("people", "person_id", persons),
        "time_entries": fetch("time_entries", "person_id", persons, since=("worked_on", since)),
        "assignments": booked.filter((pl.col("ends_on") >= since).fill_null(value=True)),
    }


def _not_left(people: pl.DataFrame, first: dt.date) -> pl.DataFrame:
    return people.filter((pl.col("left_on") >= first).fill_null(value=True))
