"""What the data of all events has in common: a place in a governed workflow, and ids of records."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from service.triage.workflow_place import WorkflowPlace

MOST_IDS = 1_000
"""Ids of one kind in one event: what is answered together is kept in one transaction."""
LONGEST_ID = 128
"""Characters, as in the parameters of actions."""


def _visible(text: str) -> str:
    if any(unicodedata.category(character)[0] == "C" or character in "\u2028\u2029" for character in text):
        raise ValueError("expected visible characters only: no control, format or line-separating ones")
    return text


def _each_once(ids: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(ids)) < len(ids):
        raise ValueError("expected each id once")
    return ids


Id = Annotated[str, Field(min_length=1, max_length=LONGEST_ID), AfterValidator(_visible)]
"""An id as a record has it; nothing invisible can travel in one."""

Ids = Annotated[
    tuple[Id, ...],
    Field(min_length=1, max_length=MOST_IDS, json_schema_extra={"uniqueItems": True}),
    AfterValidator(_each_once),
]


class EventData(BaseModel):
    """Where the engine stands. Each type adds the ids of the records that it is about; other fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    workflow: WorkflowPlace = Field(description="where in which governed workflow the engine stands")
