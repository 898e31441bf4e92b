"""Who looks from outside whether events are settled, by asking the database as a reader of the inbox would see it."""

import threading
import time
from types import TracebackType
from typing import Self

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

LOOKS_A_SECOND = 25


class Watcher:
    """Notes when each event was first seen settled (``time.time``), by a thread, from entering until leaving."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.seen_at: dict[str, float] = {}
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._since = None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._closed.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._closed.wait(1 / LOOKS_A_SECOND):
            try:
                with self._engine.connect() as connection:
                    found = connection.execute(_RECENT).scalars().all()
            except SQLAlchemyError:
                continue
            now = time.time()
            for event_id in found:
                self.seen_at.setdefault(str(event_id), now)


_RECENT = text("""
    SELECT event_id FROM events
    WHERE status <> 'accepted' AND received_at > clock_timestamp() - interval '120 seconds'
""")


def waiting(engine: Engine) -> int:
    """How many events are not settled."""
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM events WHERE status = 'accepted'")).scalar_one())


def await_settled(engine: Engine, *, within_seconds: float) -> bool:
    """Waits until no event waits; False where some still do in the end."""
    deadline = time.monotonic() + within_seconds
    while time.monotonic() < deadline:
        try:
            if waiting(engine) == 0:
                return True
        except SQLAlchemyError:
            pass
        time.sleep(0.05)
    return False
