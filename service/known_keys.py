"""Whose API key is this? Remembered for moments, so that not every call asks the database."""

import hashlib
import time
from collections.abc import Callable

from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool

from ledger.principals import Principal, principal_of

REMEMBERED_SECONDS = 5.0
_MOST_REMEMBERED = 10_000


class KnownKeys:
    """Principals by API key, each remembered for ``REMEMBERED_SECONDS``: a revoked key is refused after that at the
    latest, and in other processes too. Unknown keys are never remembered; keys are held as their SHA-256 only.
    """

    def __init__(self, engine: Engine, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._clock = clock
        self._known: dict[bytes, tuple[Principal, float]] = {}

    async def principal(self, key: str) -> Principal | None:
        """Whose key this is, or None. Raises what the database raises when it is out of reach."""
        digest = hashlib.sha256(key.encode()).digest()
        known, until = self._known.get(digest, (None, 0.0))
        if known is not None and self._clock() < until:
            return known
        found = await run_in_threadpool(self._ask, key)
        if found is None:
            self._known.pop(digest, None)
            return None
        if len(self._known) >= _MOST_REMEMBERED:
            self._known.clear()
        self._known[digest] = found, self._clock() + REMEMBERED_SECONDS
        return found

    def _ask(self, key: str) -> Principal | None:
        with self._engine.connect() as connection:
            return principal_of(connection, key)
