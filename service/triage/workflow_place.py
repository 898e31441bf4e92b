"""Where in which governed workflow an engine stands, as calls and events say it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from service.triage.desk import Place

Name = Annotated[str, Field(min_length=1, max_length=200)]


class WorkflowPlace(BaseModel):
    """Where in which governed workflow the engine stands, and for whom it asks."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Name = Field(examples=["time_and_expense"])
    instance: Name = Field(description="the engine's id of this run of the workflow", examples=["TE-2026-W10"])
    step: Name = Field(examples=["open"])
    requester: Name | None = Field(
        None, description="the principal who asks; without one nothing is recommended", examples=["anna"]
    )
    purpose: Name | None = Field(
        None,
        description="what it is asked for; another one than the workflow's is refused",
        examples=["time_submission"],
    )


def place_of(place: WorkflowPlace) -> Place:
    """The place that is named."""
    return Place(place.name, place.instance, place.step, place.requester, place.purpose)
