"""``GET /v1/audit``: the trail, for auditors."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Header, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, BaseModel, Field

from service.api.auth import guarded_router
from service.api.dependencies import Caller, UsedServices
from service.errors import FieldError, MalformedInput
from service.triage.trail import Question, Trail

router = guarded_router()

NDJSON = "application/x-ndjson"
MOST_ROWS = 1_000
_USUAL_ROWS = 100

Said = Annotated[str | None, Query(min_length=1, max_length=250, pattern=r"^[^\x00]+$")]


class RowShown(BaseModel):
    """What is hashed behind ``previous_hash``, to the byte as it stands in the answer."""

    at: AwareDatetime
    kind: str
    payload: dict[str, Any]
    seq: int


class LineShown(BaseModel):
    """A row of the chain with its hash and that of the row before it."""

    hash: str
    previous_hash: str
    row: RowShown


class AuditPageShown(BaseModel):
    """Rows, newest first. ``next_before`` is the ``before`` of the next older page, null where there is none."""

    rows: list[LineShown]
    next_before: int | None = Field(examples=[4711])


_EXAMPLE = {
    "rows": [
        {
            "hash": "3f0c9d5e8a417b62a6d1f0c4b2e97d5518c3a6f09be4d72c81f5a0b3c6d9e2f4",
            "previous_hash": "a81bd0f3c2e5796488d7c1b0a9f3e2d5c4b7a6958473625140f1e2d3c4b5a697",
            "row": {
                "at": "2026-03-02T09:00:00.000000+00:00",
                "kind": "key_created",
                "payload": {"api_role": "auditor", "key_id": "0123456789abcdef", "principal": "5c1e…"},
                "seq": 4711,
            },
        }
    ],
    "next_before": 4711,
}


@router.get(
    "/v1/audit",
    summary="The audit trail, newest first; as NDJSON in order, with hashes that anybody can check",
    tags=["audit"],
    response_model=None,
    responses={
        200: {
            "model": AuditPageShown,
            "content": {"application/json": {"example": _EXAMPLE}, NDJSON: {"schema": {"type": "string"}}},
        }
    },
)
def audit(  # noqa: PLR0917 - one parameter a filter
    services: UsedServices,
    caller: Caller,
    kind: Said = None,
    answer_id: UUID | None = None,
    jti: UUID | None = None,
    principal: Annotated[Said, Query(description="a plain id; whoever was erased is found nowhere")] = None,
    subject: Annotated[Said, Query(description="a plain id, such as a person-day")] = None,
    since: Annotated[AwareDatetime | None, Query(description="the first instant of the range")] = None,
    until: Annotated[AwareDatetime | None, Query(description="the first instant after the range")] = None,
    before: Annotated[int | None, Query(ge=1, le=2**62, description="rows with a smaller number only")] = None,
    limit: Annotated[int | None, Query(ge=1, le=MOST_ROWS, description=f"{_USUAL_ROWS} where not given")] = None,
    format: Annotated[Literal["json", "ndjson"] | None, Query(description="else what Accept names")] = None,  # noqa: A002
    accept: Annotated[str, Header()] = "",
) -> Response:
    """A page of the trail, or an export of a whole range. An export, and a search for a person, are on record."""
    trail = Trail(services.engine, services.desk.committer)
    question = Question(kind, answer_id, jti, principal, subject, since, until)
    if format == "ndjson" or (format is None and NDJSON in accept):
        _refuse_paging(before=before, limit=limit)
        return StreamingResponse(trail.export(question, caller.principal_id), media_type=NDJSON)
    found = trail.page(question, caller.principal_id, before=before, limit=limit or _USUAL_ROWS)
    following = "null" if found.next_before is None else str(found.next_before)
    content = f'{{"rows":[{",".join(row.line for row in found.rows)}],"next_before":{following}}}'
    return Response(content, media_type="application/json")


def _refuse_paging(**given: int | None) -> None:
    errors = [
        FieldError("query", name, "nothing: an export holds its whole range; narrow it with since and until")
        for name, value in given.items()
        if value is not None
    ]
    if errors:
        raise MalformedInput(errors)
