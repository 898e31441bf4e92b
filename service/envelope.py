"""What surrounds every request: its id, the security headers, one line in the log, its place in the metrics."""

import re
import time
from typing import Any
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.problems import problem
from service.errors import Unexpected
from service.metrics import Metrics

REQUEST_ID = "X-Request-Id"
_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_CLIENT_LEFT = 499
_SECURITY = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_log = structlog.get_logger("bellwether.access")


class Envelope:
    """The outermost ASGI middleware. A caller's own X-Request-Id is kept if it has 1-64 of the characters
    ``A-Za-z0-9._-``.

    The log line names the route by its template, never by its path, and holds no query, header or body: ids of people
    stand in paths. An exception that nobody expected ends here, as a 500 that tells the caller only the request id.
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        status: int | None = None

        async def sealed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _seal(message, request_id)
            await send(message)

        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, sealed)
            except Exception as error:
                _log.exception("unexpected fault", route=_route(scope), exc_info=error)
                if status is not None:
                    raise
                await problem(Unexpected(), request_id)(scope, receive, sealed)
            finally:
                self._note(scope, status or _CLIENT_LEFT, time.perf_counter() - started)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        principal = scope["state"].get("principal")
        self._metrics.request(scope["method"], _route(scope), status, seconds)
        _log.info(
            "request",
            method=scope["method"],
            route=_route(scope),
            status=status,
            ms=round(seconds * 1000, 2),
            principal=principal.principal_id if principal else None,
        )


def _request_id(scope: Scope) -> str:
    given = Headers(scope=scope).get(REQUEST_ID, "")
    return given if _SANE_ID.fullmatch(given) else uuid4().hex


def _seal(message: Message, request_id: str) -> None:
    headers = MutableHeaders(scope=message)
    headers[REQUEST_ID] = request_id
    for name, value in _SECURITY.items():
        headers.setdefault(name, value)


def _route(scope: Scope) -> str:
    route: Any = scope.get("route")
    return getattr(route, "path", "(none)")
