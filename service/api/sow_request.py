"""What is asked about a statement of work: its text in JSON, or the file itself with the place in the query."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import QueryParams

from models.sow.parsing.refusals import MOST_CHARACTERS
from service.api.malformed import error_of
from service.api.prediction_request import SubjectId
from service.errors import MalformedJson, UnsupportedDocument
from service.triage.workflow_place import Name, WorkflowPlace

Shape = TypeVar("Shape", bound=BaseModel)

JSON = "application/json"
FILES = frozenset({
    "application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/octet-stream", "text/plain",
})  # fmt: skip
"""What may be sent as a file. Which of them it is, the bytes say."""


class SowRequest(BaseModel):
    """A statement of work as text. A form feed begins a page."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "workflow": {
                        "name": "project_initiation",
                        "instance": "PI-2026-014",
                        "step": "delivery_review",
                        "requester": "rita",
                    },
                    "sow_id": "HP-2026-014",
                    "text": "STATEMENT OF WORK\n\nClient: Harrow & Pike Insurance plc\n…",
                }
            ]
        },
    )

    workflow: WorkflowPlace
    text: str = Field(min_length=1, max_length=MOST_CHARACTERS)
    sow_id: SubjectId | None = Field(None, description="your own id; made of the document's hash where there is none")
    region: Name | None = Field(
        None, description="where the document is from; without it, it goes to no language model outside"
    )


class _FileRequest(BaseModel):
    """The query of a file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    workflow: Name
    instance: Name
    step: Name
    requester: Name | None = None
    purpose: Name | None = None
    sow_id: SubjectId | None = None
    region: Name | None = None


class SowAsked(BaseModel):
    """What a call asks, however it was sent; ``document`` is the SHA-256 of the file or of the text in UTF-8."""

    model_config = ConfigDict(frozen=True)

    workflow: WorkflowPlace
    document: str
    id: str
    region: str | None


@dataclass(frozen=True)
class Sent:
    """A call, and the bytes that it is about."""

    asked: SowAsked
    content: bytes


async def sent(request: Request) -> Sent:
    """Reads the body by its content type. Raises UnsupportedDocument, MalformedJson or MalformedInput."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == JSON:
        try:
            document = await request.json()
        except ValueError as error:
            raise MalformedJson(getattr(error, "pos", None)) from None
        said = _valid(SowRequest, document, "body")
        return _sent(said.workflow, said.text.encode(), said.sow_id, said.region)
    if kind not in FILES:
        raise UnsupportedDocument(
            f"The content type is none of {JSON}, {', '.join(sorted(FILES))}.", why="content_type"
        )
    query = _valid(_FileRequest, _once(request.query_params), "query")
    place = WorkflowPlace(
        name=query.workflow, instance=query.instance, step=query.step, requester=query.requester, purpose=query.purpose
    )
    return _sent(place, await request.body(), query.sow_id, query.region)


def _sent(place: WorkflowPlace, content: bytes, sow_id: str | None, region: str | None) -> Sent:
    digest = hashlib.sha256(content).hexdigest()
    return Sent(SowAsked(workflow=place, document=digest, id=sow_id or f"SOW-{digest[:16]}", region=region), content)


def _once(query: QueryParams) -> Mapping[str, Any]:
    """The query as a mapping; what comes twice is a list, which no field takes."""
    values = {name: query.getlist(name) for name in query}
    return {name: each[0] if len(each) == 1 else each for name, each in values.items()}


def _valid(shape: type[Shape], document: Any, place: str) -> Shape:
    try:
        return shape.model_validate(document)
    except ValidationError as error:
        findings = [{**finding, "loc": (place, *finding["loc"])} for finding in error.errors()]
        raise error_of(findings) from None
