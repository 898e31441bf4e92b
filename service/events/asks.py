"""What an event asks of which tasks: from the ids that it carries to the subjects of each task."""

from collections.abc import Callable, Collection, Mapping, Sequence

from models.neighbourhood import Fetch
from models.task import Task
from service.events import subjects
from service.events.event import Ask, Event, EventType
from service.events.known_types import KNOWN
from service.gate.gate import MOST_SUBJECTS

Finder = Callable[[Event, Task, Fetch], Sequence[str]]

_FINDERS: Mapping[str, Finder] = {
    "request": subjects.requests,
    "person-day": subjects.person_days,
    "time entry": subjects.time_entries,
    "project": subjects.projects,
    "milestone": subjects.milestones,
}
"""By the kind of subject: how the ids of an event lead to subjects."""

_NOTHING: Mapping[EventType, str] = {
    EventType.DELIVERY_REVIEW_ENTERED: "No request of the deal is open.",
    EventType.WINDOW_CLOSING: "No day of the window has begun and is still open, and no entry of it is.",
}
_NO_SUBJECTS = "Nothing is to be predicted of what the event is about."


def asks_of(event: Event, fetch: Fetch, *, governed: Collection[str] = ()) -> tuple[Ask, ...]:
    """What to ask about an event as of its receipt, at most as many subjects an ask as the gate judges at a time.

    ``governed`` are the tasks of the event's workflow (`KnownType.tasks_for` says which are asked). ``fetch`` reads the
    records as one state of them. Ids that the event names are asked about as they are, and an answer says which cannot
    be; of ids that follow from others, those that the task takes as open. Empty where there is nothing to ask:
    `why_nothing` words it.

    Raises:
        CarrierUnknown: an id by which the others are to be found is in no record.
    """
    known = KNOWN[event.type]
    asks: list[Ask] = []
    for kind in known.kinds:
        for task in known.tasks_for(kind, governed):
            ids = list(dict.fromkeys(_FINDERS[kind](event, task, fetch)))
            asks += [Ask(task.name, tuple(ids[at : at + MOST_SUBJECTS])) for at in range(0, len(ids), MOST_SUBJECTS)]
    return tuple(asks)


def sow_of(event: Event) -> str | None:
    """The statement of work to read, where the event names one."""
    sow_id = event.data.get("sow_id")
    return None if sow_id is None else str(sow_id)


def names_a_sow_alone(event: Event) -> bool:
    """Whether nothing but a statement of work is named, so that there is nothing to be asked of requests."""
    return sow_of(event) is not None and not event.data.get("project_id") and not event.data.get("request_ids")


def why_nothing(event: Event) -> str:
    """The sentence for an event of which `asks_of` is empty."""
    return _NOTHING.get(event.type, _NO_SUBJECTS)
