"""How large a body may be. A larger one is refused before it is held in memory."""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.problems import problem
from service.errors import TooLarge

LARGEST_BODY = 10 * 1024 * 1024
"""Bytes of one call."""


class BodyLimit:
    """ASGI middleware: 413 by the declared length, or as soon as the counted bytes of a stream are too many.

    ``by_prefix`` gives the paths that begin with a prefix a limit of their own; None is no limit, for a route that
    reads its body as a stream and counts rows. The rest of a refused body is left to the server, which discards it.
    """

    def __init__(
        self, app: ASGIApp, *, limit: int = LARGEST_BODY, by_prefix: Mapping[str, int | None] | None = None
    ) -> None:
        self._app = app
        self._limit = limit
        self._by_prefix = by_prefix or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        limit = self._limit_of(scope["path"]) if scope["type"] == "http" else None
        if limit is None:
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and int(declared) > limit:
            await problem(TooLarge(limit), scope["state"]["request_id"])(scope, receive, send)
            return
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise TooLarge(limit)
            return message

        await self._app(scope, counted, send)

    def _limit_of(self, path: str) -> int | None:
        return next((limit for prefix, limit in self._by_prefix.items() if path.startswith(prefix)), self._limit)
