"""Errors to RFC 9457 problem documents: the one place where this is done."""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
import sqlalchemy.exc
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from ledger.errors import ChainBrokenError, DatabaseUnavailableError
from service.api.malformed import error_of
from service.errors import BadRequest, MethodNotAllowed, NotFound, NotReady, ServiceError, Unexpected

MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """A problem document (RFC 9457). Members beyond these depend on the type."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["urn:bellwether:problem:malformed-input"])
    title: str
    status: int
    detail: str
    request_id: str = Field(description="also in the header X-Request-Id and in the log")


def problem(error: ServiceError, request_id: str) -> JSONResponse:
    """The document that says what this error is."""
    return JSONResponse(
        {
            "type": error.type_uri(),
            "title": error.title,
            "status": error.status,
            "detail": error.detail,
            "request_id": request_id,
            **error.fields,
        },
        error.status,
        headers=error.headers,
        media_type=MEDIA_TYPE,
    )


def declared(*errors: type[ServiceError]) -> dict[int | str, dict[str, Any]]:
    """These errors as ``responses=`` of a route or router, for OpenAPI."""
    by_status: dict[int, list[type[ServiceError]]] = {}
    for error in errors:
        by_status.setdefault(error.status, []).append(error)
    return {
        status: {
            "description": " or ".join(error.title for error in group),
            "content": {MEDIA_TYPE: {"schema": _schema(group)}},
        }
        for status, group in by_status.items()
    }


def install_problems(app: FastAPI) -> None:
    """Answer with a problem document to every error that a route or the framework raises."""
    app.add_exception_handler(HTTPException, _answer)
    app.add_exception_handler(RequestValidationError, _answer)
    for failure in (
        sqlalchemy.exc.OperationalError,
        sqlalchemy.exc.InterfaceError,
        sqlalchemy.exc.TimeoutError,
        psycopg.OperationalError,
        DatabaseUnavailableError,
        ChainBrokenError,
    ):
        app.add_exception_handler(failure, _answer)


async def _answer(request: Request, exception: Exception) -> JSONResponse:
    return problem(_as_service_error(exception), request.state.request_id)


def _as_service_error(exception: Exception) -> ServiceError:
    match exception:
        case ServiceError():
            return exception
        case RequestValidationError():
            return error_of(exception.errors())
        case HTTPException():
            return _of_framework(exception)
        case ChainBrokenError():
            return NotReady("audit", "The audit chain is broken, and nothing is answered without it; see the log.")
        case _:
            return NotReady("database", "The database does not answer; nothing is answered without it. Try again.")


def _of_framework(exception: HTTPException) -> ServiceError:
    match exception.status_code:
        case 404:
            return NotFound("No such route; the routes are in /openapi.json.")
        case 405:
            return MethodNotAllowed((exception.headers or {}).get("Allow", "another method"))
        case status if status < Unexpected.status:
            return BadRequest("The request cannot be read; expected what /openapi.json says of this route.")
        case _:
            return Unexpected()


def _schema(group: Sequence[type[ServiceError]]) -> Mapping[str, Any]:
    schema = Problem.model_json_schema()
    schema["properties"]["type"] = {"type": "string", "enum": [error.type_uri() for error in group]}
    return schema
