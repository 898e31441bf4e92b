"""``POST /v1/recommendations/{jti}/outcomes``: what the engine's own approval, and the work, then came to."""

import datetime as dt
from typing import Annotated
from uuid import UUID

from fastapi import Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import to_json

from service.api.auth import guarded_router
from service.api.dependencies import Caller, UsedServices
from service.api.problems import declared
from service.api.repeated_calls import Call, RequiredKey, once
from service.errors import Conflict, FieldError, MalformedInput, NotFound
from service.store.outcomes import Approval, StoredOutcome, Work
from service.triage.reporting import Flag, NotThen, Reported, report

router = guarded_router()

Id = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class OutcomeRequest(BaseModel):
    """What came of a recommendation. Where more is known later, report again: the last report counts."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [
                {"approval": "approved", "work": "done", "happened_at": "2026-03-02T15:04:05Z", "approved_by": "lena"}
            ]
        },
    )

    approval: Approval = Field(description="what the engine's own approval said")
    work: Work = Field(description="what was done of what was recommended")
    happened_at: AwareDatetime
    approved_by: Id | None = Field(None, description="who approved or rejected it in the engine")
    note: Note | None = Field(None, description="kept for those who look into it")


class OutcomeReported(BaseModel):
    """An outcome that was kept. ``flags`` say what is wrong with it; they are on record, too."""

    model_config = ConfigDict(extra="forbid")

    outcome_id: UUID
    jti: UUID
    approval: Approval
    work: Work
    happened_at: dt.datetime
    flags: list[Flag]


@router.post(
    "/v1/recommendations/{jti}/outcomes",
    summary="Report what a recommendation came to",
    tags=["recommendations"],
    status_code=201,
    response_model=None,
    responses={201: {"model": OutcomeReported}, **declared(NotFound, Conflict)},
)
def report_outcome(  # noqa: PLR0917
    jti: UUID,
    request: OutcomeRequest,
    http: Request,
    services: UsedServices,
    caller: Caller,
    idempotency_key: RequiredKey,
) -> Response:
    """Kept whatever it says, also of what was never accepted: that is flagged. An accept is given elsewhere."""
    if request.approval is Approval.NOT_ASKED and request.approved_by is not None:
        raise MalformedInput([FieldError("body", "approved_by", "nobody, where no approval was asked for")])
    call = Call.of(f"POST {http.url.path}", caller, idempotency_key, request)
    said = Reported(jti=jti, **dict(request))

    def kept(now: dt.datetime) -> bytes:
        try:
            outcome = report(
                services.engine,
                services.settings.home,
                said,
                caller,
                first=call.require_new,
                also=lambda connection, outcome: call.keeping(_told(outcome), now, 201)(connection),
                now=now,
            )
        except NotThen as refused:
            raise MalformedInput([FieldError("body", "happened_at", refused.expected)]) from None
        if outcome is None:
            raise NotFound("No recommendation has this id; it is the jti of a token or of an answer.")
        return _told(outcome)

    return once(services, call, kept, 201)


def _told(outcome: StoredOutcome) -> bytes:
    shown = {name: getattr(outcome, name) for name in OutcomeReported.model_fields}
    return to_json(OutcomeReported.model_validate(shown | {"flags": list(outcome.flags)}))
