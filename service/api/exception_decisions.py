"""``/v1/exceptions/{exception_id}/decisions``: what people do with an exception."""

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import Connection

from service.api.auth import guarded_router
from service.api.dependencies import Caller, UsedServices
from service.api.exceptions import no_such_exception
from service.api.inbox_shown import Shown
from service.api.problems import declared
from service.api.recommendation_shown import DecisionMade, made_shown
from service.api.repeated_calls import Call, RequiredKey, once
from service.errors import (
    Conflict,
    FieldError,
    MalformedInput,
    NotFound,
    NotInThatState,
    ServiceError,
    StaleDecision,
    WithheldByGate,
)
from service.gate.reader import Reader
from service.gate.released import Released, Showing, release
from service.gate.triage import TriageKind
from service.inbox.refusals import (
    InboxRefusal,
    NoSuchAssignee,
    NoSuchRecommendation,
    NoSuchTrouble,
    NotInState,
    NotSplit,
    StaleVersion,
)
from service.inbox.states import ALLOWED, Status
from service.inbox.wanted import Refused, Triaged, WantedTriage
from service.services import Services

router = guarded_router()

LONGEST_SNOOZE = dt.timedelta(days=366)
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000, pattern=r"^[^\x00]+$")]
ReasonCode = Literal["already_handled", "not_a_problem", "wrong_data", "duplicate", "risk_accepted", "other"]


class TriageRequest(BaseModel):
    """What somebody does with an exception, at the version that they looked at."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [
                {"version": 3, "decision": "accept", "recommendations": ["65aee318-20f1-4e7e-9dc5-6e56c8cccfa0"]},
                {"version": 3, "decision": "dismiss", "reason_code": "already_handled", "reason": "Booked by hand."},
                {"version": 3, "decision": "snooze", "until": "2026-03-09T08:00:00Z"},
            ]
        },
    )

    version: int = Field(ge=1, strict=True, description="as it was shown; another one by now is a 409")
    decision: TriageKind
    recommendations: Annotated[tuple[UUID, ...], Field(max_length=100)] = Field(
        (), description="of an accept: jtis of its troubles' recommendations that are accepted with it, all or none"
    )
    reason_code: ReasonCode | None = Field(None, description="of a dismissal, which needs one")
    reason: Words | None = Field(None, description="needed for a dismissal and for a contest")
    until: AwareDatetime | None = Field(
        None, description="of a snooze: when it is raised again; left out, it is when it got worse"
    )
    assign_to: Words | None = Field(None, description="of a reassignment: a principal; null is nobody")
    trouble_id: UUID | None = Field(None, description="of a split: the trouble that is to stand alone")


class TriageMade(Shown):
    """What was decided. ``others`` are exceptions that it opened or merged into; ``recommendations`` were accepted."""

    decision_id: UUID
    exception_id: UUID
    decision: TriageKind
    status: Status
    version: int
    decided_at: dt.datetime
    others: list[UUID]
    recommendations: list[DecisionMade]


@router.post(
    "/v1/exceptions/{exception_id}/decisions",
    summary="Accept, dismiss, snooze, reassign, contest, split, merge back or reopen an exception",
    tags=["exceptions"],
    response_model=None,
    responses={
        200: {"model": TriageMade},
        **declared(NotFound, WithheldByGate, StaleDecision, NotInThatState, Conflict),
    },
)
def decide(  # noqa: PLR0917
    exception_id: UUID,
    request: TriageRequest,
    http: Request,
    services: UsedServices,
    caller: Caller,
    idempotency_key: RequiredKey,
) -> Response:
    """Asks the gate, and records what was done as well as a refusal. With another version nothing is done.

    An accept approves nothing by itself: it says that somebody takes care of it, and the recommendations that it names
    are decided like any other, in the same transaction.
    """
    now = dt.datetime.now(dt.UTC)
    errors = list(_mistakes(request, now))
    if errors:
        raise MalformedInput(errors)
    call = Call.of(f"POST {http.url.path}", caller, idempotency_key, request)
    wanted = WantedTriage(
        exception_id=exception_id,
        version=request.version,
        kind=request.decision,
        caller=caller,
        recommendations=tuple(dict.fromkeys(request.recommendations)),
        reason_code=request.reason_code,
        reason=request.reason,
        until=request.until,
        assign_to=request.assign_to,
        trouble_id=request.trouble_id,
    )
    return once(services, call, lambda now: _decided(services, call, wanted, now))


def _decided(services: Services, call: Call, wanted: WantedTriage, now: dt.datetime) -> Released:
    reader = services.gate.current.reader(call.caller.principal_id, call.caller.api_role)

    def keep(connection: Connection, done: Triaged) -> None:
        call.keeping(release(_done_shown(done), reader), now)(connection)

    try:
        said = services.inbox.decide(wanted, first=call.require_new, also=keep, now=now)
    except InboxRefusal as refusal:
        raise _problem(refusal) from None
    if said is None:
        raise no_such_exception()
    if isinstance(said, Refused):
        raise WithheldByGate(said.verdict, **({} if said.jti is None else {"recommendation": str(said.jti)}))
    return release(_done_shown(said), reader)


def _done_shown(done: Triaged) -> Showing:
    def showing(reader: Reader) -> dict[str, Any]:
        return {
            "decision_id": done.decision_id,
            "exception_id": done.exception_id,
            "decision": done.kind,
            "status": done.status,
            "version": done.version,
            "decided_at": done.decided_at,
            "others": [each.exception_id for each in done.changed[1:]],
            "recommendations": [made_shown(each, reader.sees) for each in done.made],
        }

    return showing


_BELONGS = {
    "recommendations": {TriageKind.ACCEPT},
    "reason_code": {TriageKind.DISMISS},
    "until": {TriageKind.SNOOZE},
    "assign_to": {TriageKind.REASSIGN},
    "trouble_id": {TriageKind.SPLIT},
}
"""Of which decisions each field is; the others have no use for it."""
_NEEDED = {
    TriageKind.DISMISS: ("reason_code", "reason"),
    TriageKind.CONTEST: ("reason",),
    TriageKind.SPLIT: ("trouble_id",),
}


def _mistakes(request: TriageRequest, now: dt.datetime) -> Iterator[FieldError]:
    kind = request.decision
    for name, kinds in _BELONGS.items():
        if getattr(request, name) and kind not in kinds:
            yield FieldError("body", name, f"nothing: {kind} has no use for it")
    for name in _NEEDED.get(kind, ()):
        if getattr(request, name) is None:
            yield FieldError("body", name, f"a value; {kind} needs one")
    if kind is TriageKind.REASSIGN and "assign_to" not in request.model_fields_set:
        yield FieldError("body", "assign_to", "a principal, or null for nobody")
    if request.until is not None and not now < request.until <= now + LONGEST_SNOOZE:
        yield FieldError("body", "until", f"an instant to come, at most {LONGEST_SNOOZE.days} days from now")


def _problem(refusal: InboxRefusal) -> ServiceError:
    match refusal:
        case StaleVersion():
            return StaleDecision(refusal.version, refusal.status)
        case NotInState():
            return NotInThatState(refusal.kind, refusal.status, ALLOWED[TriageKind(refusal.kind)])
        case NoSuchRecommendation():
            expected = "jtis of recommendations of its troubles that are not over"
            return MalformedInput([FieldError("body", "recommendations", expected)])
        case NoSuchTrouble():
            return MalformedInput([FieldError("body", "trouble_id", "one of several troubles that are not over")])
        case NoSuchAssignee():
            return MalformedInput([FieldError("body", "assign_to", "a principal whose key is of a role that decides")])
        case NotSplit():
            return Conflict("It was not split off, or what it was split off from is resolved; it stands for itself.")
        case _:
            raise refusal
