"""What the service looks at by itself, for firms whose engine sends no such event: it makes the events, and they go
the way of all others.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

import polars as pl
from sqlalchemy import Engine

from models.catalog import TASKS
from models.neighbourhood import Fetch
from models.records import TABLES, Kind
from service.events.event import Event, EventType
from service.events.subjects import person_days
from service.events.taking import OtherContent, take
from service.pipeline.pipeline import Pipeline
from service.pipeline_settings import ScheduleSettings
from service.store.records import fetch
from service.triage.desk import Place

SOURCE = "bellwether:schedule"
PRINCIPAL = "bellwether"
"""Who asks, and for whom: the service itself."""

_NAMESPACE = UUID("2f3f6f1e-6a53-4c0b-9b9e-0f6f0b0c6a51")

Finder = Callable[[Event, Fetch], Sequence[str]]


@dataclass(frozen=True)
class _Look:
    """One kind of subjects to look at: by which event, where by default, in which field, and which there are."""

    type: EventType
    workflow: str
    step: str
    field: str
    found: Finder


def _open(kind: str) -> Finder:
    """All subjects of a kind that may be asked about now."""

    def found(event: Event, read: Fetch) -> Sequence[str]:
        firm = _WholeFirm(read)
        tasks = [task for task in TASKS.values() if task.subject == kind]
        return sorted({each for task in tasks for each in task.open_at(firm, event.received_at)["subject_id"]})

    return found


def _at_work(event: Event, read: Fetch) -> Sequence[str]:
    """The persons with a day in the window on which time may be asked about."""
    tasks = [task for task in TASKS.values() if task.subject == "person-day"]
    days = [day for task in tasks for day in person_days(event, task, read)]
    return sorted({day.rpartition("/")[0] for day in days})


_REQUESTS = _Look(EventType.STILL_OPEN, "staffing", "searching", "request_ids", _open("request"))
_PROJECTS = _Look(EventType.VARIANCE_CROSSED, "margin_review", "monitoring", "project_ids", _open("project"))
_MILESTONES = _Look(EventType.DUE_SOON, "milestone_billing", "due_soon", "milestone_ids", _open("milestone"))
_TIME = _Look(EventType.WINDOW_CLOSING, "time_and_expense", "open", "person_ids", _at_work)

SCHEDULES: Mapping[str, Mapping[str, _Look]] = {
    "portfolio": {"requests": _REQUESTS, "projects": _PROJECTS, "milestones": _MILESTONES},
    "window_closing": {"time": _TIME},
    "milestones": {"milestones": _MILESTONES},
}
"""What each schedule looks at, by the name under which the settings can place it."""


@dataclass(frozen=True)
class Scheduling:
    """Makes the events of schedules. ``clock`` tells the instant at which they are received."""

    engine: Engine
    pipeline: Pipeline
    settings: ScheduleSettings
    clock: Callable[[], dt.datetime]

    def run(self, name: str, scheduled_at: dt.datetime) -> int:
        """Makes and queues the events of one run; how many. A run that was made before is not made again."""
        now = self.clock()
        run = _Run(name, scheduled_at.astimezone(dt.UTC), now)
        events = [event for kind, look in SCHEDULES[name].items() for event in self._events(run, kind, look)]
        try:
            take(self.engine, events, self.pipeline.enqueue_events)
        except OtherContent:  # made before, and records came in since: the ids are the run's, not the subjects'
            return 0
        return len(events)

    def failed(self, name: str, scheduled_at: dt.datetime) -> UUID:
        """An event of its own for a run that failed, so that it can fail in the inbox; its id. It is not queued."""
        run = _Run(name, scheduled_at.astimezone(dt.UTC), self.clock())
        event = self._event(run, *next(iter(SCHEDULES[name].items())), "failed")
        return take(self.engine, [event], lambda _connection, _ids: None)[0].event_id

    def _events(self, run: "_Run", kind: str, look: _Look) -> Iterator[Event]:
        reading = self.engine.connect().execution_options(isolation_level="REPEATABLE READ")
        with reading as connection, connection.begin():
            subjects = look.found(self._event(run, kind, look, "all"), fetch(connection))
        size = self.settings.chunk
        for number, at in enumerate(range(0, len(subjects), size), start=1):
            event = self._event(run, kind, look, str(number))
            yield replace(event, data={look.field: list(subjects[at : at + size])})

    def _event(self, run: "_Run", kind: str, look: _Look, part: str) -> Event:
        """``instance`` is the same in each run, so that alerts about one subject stay one alert."""
        identity = f"{run.name}:{run.scheduled_at.isoformat(timespec='seconds')}:{kind}:{part}"
        given = self.settings.places.get(kind)
        workflow, step = (look.workflow, look.step) if given is None else (given.workflow, given.step)
        return Event(
            event_id=uuid5(_NAMESPACE, identity),
            source=SOURCE,
            id=identity,
            type=look.type,
            subject=None,
            happened_at=None,
            received_at=run.now,
            principal_id=PRINCIPAL,
            place=Place(workflow, f"{PRINCIPAL}:{run.name}:{kind}", step, PRINCIPAL),
            data={},
        )


@dataclass(frozen=True)
class _Run:
    """One run of a schedule: which, when it was due, and when it is received."""

    name: str
    scheduled_at: dt.datetime
    now: dt.datetime


class _WholeFirm(Mapping[str, pl.DataFrame]):
    """All records, each table read when it is asked for: which ones a task needs, the task knows."""

    def __init__(self, read: Fetch) -> None:
        self._read = read
        self._known: dict[str, pl.DataFrame] = {}

    def __getitem__(self, name: str) -> pl.DataFrame:
        if name not in self._known:
            column = next(column.name for column in TABLES[name].columns if column.kind is Kind.TEXT)
            self._known[name] = self._read(name, column, None)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(TABLES)

    def __len__(self) -> int:
        return len(TABLES)
