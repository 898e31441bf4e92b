"""The open routes: for whoever operates the service, and for engines that verify its tokens."""

import datetime as dt
from contextlib import suppress

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError

from service.api.auth import Guarded
from service.api.dependencies import UsedServices
from service.gate.keys import JWKS_KEPT
from service.pipeline.backlog import backlog
from service.readiness import Readiness


class JWKSetResponse(JSONResponse):
    """JSON that says it is a JWK set."""

    media_type = "application/jwk-set+json"


router = APIRouter(route_class=Guarded, tags=["operations"])


@router.get("/livez", summary="Is the process alive?")
async def livez() -> dict[str, bool]:
    """Asks nothing of any other part, so that a lost database does not get the process killed."""
    return {"alive": True}


@router.get(
    "/readyz",
    summary="Can answers be given?",
    responses={503: {"model": Readiness, "description": "A needed part is missing; the answer says which and why"}},
)
def readyz(services: UsedServices, response: Response) -> Readiness:
    """Asks every part: the database, the audit chain, the gate, and the champion of each task, of which one suffices.

    A task without a champion is among the parts, by name; asked to predict, it answers 503.
    """
    readiness = Readiness.of(services.checks, services.task_checks)
    response.status_code = 200 if readiness.ready else 503
    return readiness


@router.get("/metrics", summary="Prometheus metrics", response_class=Response)
def metrics(services: UsedServices) -> Response:
    """The metrics of this process, and how much durable work waits for whichever process takes it."""
    with suppress(SQLAlchemyError), services.engine.connect() as connection:  # without a database the others are told
        for what, waiting in backlog(connection).items():
            services.metrics.waiting(what, waiting.count, waiting.oldest_seconds)
    return Response(services.metrics.exposition(), media_type=CONTENT_TYPE_LATEST)


@router.get(
    "/.well-known/jwks.json",
    summary="The keys that sign recommendations and decisions",
    response_model=None,
    responses={200: {"content": {JWKSetResponse.media_type: {}}}},
)
def jwks(services: UsedServices) -> JWKSetResponse:
    """The public keys (JWKS, RFC 7517); an engine that keeps them verifies tokens offline.

    Ask again when ``Cache-Control`` says so: a new key is here before it signs, and one that was compromised is gone.
    """
    seconds = int(JWKS_KEPT.total_seconds())
    return JWKSetResponse(
        services.signing_keys.current.jwks(dt.datetime.now(dt.UTC)),
        headers={"Cache-Control": f"public, max-age={seconds}"},
    )
