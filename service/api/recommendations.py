"""``/v1/recommendations/{jti}``: does it still stand? And what people decide about it."""

import datetime as dt
from typing import Annotated
from uuid import UUID

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import to_json
from sqlalchemy import Connection

from service.api.auth import guarded_router
from service.api.dependencies import Caller, UsedServices
from service.api.problems import declared
from service.api.recommendation_shown import DecisionMade, RecommendationStanding, Withdrawn, decision_made, shown
from service.api.released import ReleasedResponse
from service.api.repeated_calls import Call, RequiredKey, once
from service.errors import (
    AlreadyDecided,
    Conflict,
    FieldError,
    MalformedInput,
    NotFound,
    NotStanding,
    ServiceError,
    WithheldByGate,
)
from service.gate.decision import DecisionKind
from service.gate.released import Released, release
from service.gate.verdict import Verdict
from service.services import Services
from service.triage.deciding import Made, Wanted
from service.triage.standing import GOOD, Status, found

router = guarded_router()

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class DecisionRequest(BaseModel):
    """What somebody decides. A dismissal says why."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [{"decision": "accept"}]})

    decision: DecisionKind
    reason: Reason | None = Field(None, description="required for a dismissal; kept for those who decide")


class WithdrawalRequest(BaseModel):
    """Why it does not stand any more."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: Reason = Field(examples=["The request was filled by hand."])


@router.get(
    "/v1/recommendations/{jti}",
    summary="Does a recommendation still stand?",
    tags=["recommendations"],
    response_model=None,
    responses={200: {"model": RecommendationStanding}, **declared(NotFound)},
)
def recommendation(jti: UUID, services: UsedServices, caller: Caller) -> Response:
    """Its status, why, its terms, and the decisions on it; for the orchestrator also the token of a final accept.

    A kill switch and a withdrawal show here at once, whatever a token says that is still valid.
    """
    standing = services.decisions.standing(jti)
    if standing is None:
        raise _no_such()
    gate = services.gate.current
    showing = shown(
        standing,
        found(standing, dt.datetime.now(dt.UTC)),
        decides=bool(gate.tables.approves_as.get(caller.api_role)),
        acts=caller.api_role == "orchestrator",
    )
    return ReleasedResponse(release(showing, gate.reader(caller.principal_id, caller.api_role)))


@router.post(
    "/v1/recommendations/{jti}/decisions",
    summary="Accept or dismiss a recommendation",
    tags=["recommendations"],
    response_model=None,
    responses={200: {"model": DecisionMade}, **declared(NotFound, WithheldByGate, AlreadyDecided, Conflict)},
)
def decide(  # noqa: PLR0917
    jti: UUID,
    request: DecisionRequest,
    http: Request,
    services: UsedServices,
    caller: Caller,
    idempotency_key: RequiredKey,
) -> Response:
    """Asks the gate, and records the decision as well as a refusal. The answer to a final accept holds its token.

    A reader who may not see all that the token says is not given it.
    """
    if request.decision is DecisionKind.DISMISS and request.reason is None:
        raise MalformedInput([FieldError("body", "reason", "a sentence that says why; a dismissal needs one")])
    call = Call.of(f"POST {http.url.path}", caller, idempotency_key, request)
    wanted = Wanted(jti, request.decision, request.reason, caller)
    return once(services, call, lambda now: _decided(services, call, wanted, now))


@router.post(
    "/v1/recommendations/{jti}/withdrawal",
    summary="Withdraw a recommendation",
    tags=["recommendations"],
    response_model=None,
    responses={200: {"model": Withdrawn}, **declared(NotFound, NotStanding, Conflict)},
)
def withdraw(  # noqa: PLR0917
    jti: UUID,
    request: WithdrawalRequest,
    http: Request,
    services: UsedServices,
    caller: Caller,
    idempotency_key: RequiredKey,
) -> Response:
    """From then on it may neither be accepted nor acted on, also where it was accepted; its alerts count no more."""
    call = Call.of(f"POST {http.url.path}", caller, idempotency_key, request)
    return once(services, call, lambda now: _withdrawn(services, call, jti, request.reason, now))


def _decided(services: Services, call: Call, wanted: Wanted, now: dt.datetime) -> Released:
    reader = services.gate.current.reader(call.caller.principal_id, call.caller.api_role)

    def keep(connection: Connection, made: Made) -> None:
        call.keeping(release(decision_made(made), reader), now)(connection)

    said = services.decisions.decide(wanted, first=call.require_new, also=keep, now=now)
    if said is None:
        raise _no_such()
    if isinstance(said, Verdict):
        raise _refusal(said)
    return release(decision_made(said), reader)


def _withdrawn(services: Services, call: Call, jti: UUID, reason: str, now: dt.datetime) -> bytes:
    def keep(connection: Connection, was: Status) -> None:
        services.outbox.withdrawn(connection, jti, now=now)
        call.keeping(_told(jti, was), now)(connection)

    before = services.decisions.withdraw(jti, reason, call.caller, first=call.require_new, also=keep, now=now)
    if before is None:
        raise _no_such()
    if before.status not in GOOD | {Status.STOPPED}:
        raise NotStanding(before.status, before.why)
    return _told(jti, before.status)


def _told(jti: UUID, was: Status) -> bytes:
    return to_json(Withdrawn(jti=str(jti), status=Status.WITHDRAWN, was=was))


def _refusal(verdict: Verdict) -> ServiceError:
    return AlreadyDecided(verdict) if verdict.codes == ("already_decided",) else WithheldByGate(verdict)


def _no_such() -> NotFound:
    return NotFound("No recommendation has this id; it is the jti of a token or of an answer.")
