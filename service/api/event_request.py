"""From CloudEvents to events: their types, what their data holds, and places that somebody governs."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from cloudevents.core.v1.event import CloudEvent
from pydantic import ValidationError

from ledger.principals import Principal
from service.api.event_message import Message, Where, events_of
from service.api.informing import ungoverned
from service.api.malformed import field_error
from service.errors import FieldError, MalformedInput
from service.events.event import Event, EventType
from service.events.known_types import KNOWN, KnownType, workflows_serving
from service.events.types.common import EventData
from service.gate.workflow import Workflow
from service.triage.workflow_place import place_of


class _Refused(Exception):
    def __init__(self, errors: list[FieldError]) -> None:
        super().__init__(f"{len(errors)} fields")
        self.errors = errors


def events_asked(
    message: Message, workflows: Mapping[str, Workflow], caller: Principal, *, now: dt.datetime
) -> list[Event]:
    """The events of a message, each checked in full. Raises MalformedInput with what is wrong with any, by row."""
    wrong: list[FieldError] = []
    events: list[Event] = []
    for where, said in events_of(message):
        try:
            known = _known(said, where)
            data = _data(known, said.get_data(), where)
            _require_governed(known, data, workflows, where)
            events.append(_event(known, said, data, caller, now))
        except _Refused as refused:
            wrong += refused.errors
    if wrong:
        raise MalformedInput(wrong)
    return events


def _known(said: CloudEvent, where: Where) -> KnownType:
    known = KNOWN.get(EventType(said.get_type())) if said.get_type() in KNOWN else None
    if known is None:
        raise _Refused([where.attribute("type", f"expected one of {', '.join(KNOWN)}")])
    return known


def _data(known: KnownType, given: Any, where: Where) -> EventData:
    if not isinstance(given, dict):
        raise _Refused([field_error({"loc": where.data, "type": "", "msg": f"expected {_SCHEMA}"})])
    try:
        return known.data.model_validate(given)
    except ValidationError as error:
        found = error.errors(include_url=False)
        raise _Refused([field_error({**each, "loc": (*where.data, *each["loc"])}) for each in found]) from None


def _require_governed(known: KnownType, data: EventData, workflows: Mapping[str, Workflow], where: Where) -> None:
    """The workflow and the step are governed, and a task of the workflow can serve this type of event."""
    place = data.workflow
    field = ".".join(str(part) for part in (*where.data[1:], "workflow") if isinstance(part, str))
    errors = ungoverned(workflows, place, field=field, row=where.row)
    if not errors and not known.served_by(workflows[place.name].tasks):
        able = workflows_serving(known, {name: workflow.tasks for name, workflow in workflows.items()})
        expected = f"expected a workflow that can serve this type of event: {', '.join(able) or 'there is none'}"
        errors = [FieldError("body", f"{field}.name", expected, where.row)]
    if errors:
        raise _Refused(errors)


def _event(known: KnownType, said: CloudEvent, data: EventData, caller: Principal, now: dt.datetime) -> Event:
    return Event(
        event_id=uuid4(),
        source=said.get_source(),
        id=said.get_id(),
        type=known.name,
        subject=said.get_subject(),
        happened_at=said.get_time(),
        received_at=now,
        principal_id=caller.principal_id,
        place=place_of(data.workflow),
        data=data.model_dump(mode="json", exclude={"workflow"}, exclude_none=True),
    )


_SCHEMA = "data as the schema of the type has it (GET /v1/event-types): a JSON object"
