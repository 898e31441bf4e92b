"""``GET /v1/event-types``: which events are understood, what they hold, and from which workflows they may come."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from service.api.auth import guarded_router
from service.api.dependencies import UsedServices
from service.events.event import EventType
from service.events.known_types import KNOWN, workflows_serving

router = guarded_router()


class _Shown(BaseModel):
    model_config = ConfigDict(extra="forbid")


class EventTypeShown(_Shown):
    """A type of event."""

    type: EventType
    description: str
    workflows: list[str] = Field(description="the governed workflows that can do something with it")
    data_schema: dict[str, Any] = Field(description="the JSON schema of `data`")
    example: dict[str, Any] = Field(description="an event in structured mode")


class EventTypesShown(_Shown):
    """Every type of event that is understood."""

    event_types: list[EventTypeShown]


@router.get("/v1/event-types", summary="The types of events that are understood", tags=["events"])
def list_event_types(services: UsedServices) -> EventTypesShown:
    """Each with the JSON schema of its data and an example."""
    tasks_of = {name: workflow.tasks for name, workflow in services.gate.current.workflows.by_name.items()}
    return EventTypesShown(
        event_types=[
            EventTypeShown(
                type=known.name,
                description=known.description,
                workflows=workflows_serving(known, tasks_of),
                data_schema=known.schema(),
                example=known.example(),
            )
            for known in KNOWN.values()
        ]
    )
