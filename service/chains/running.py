"""One thread with one event loop, on which a caller's coroutines run while the caller waits."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as NotInTime
from typing import Any, TypeVar

T = TypeVar("T")

_STOP_SECONDS = 5.0


class Runner:
    """Starts its thread with the first coroutine. Safe to share between threads."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def run(self, work: Coroutine[Any, Any, T], *, seconds: float) -> T | None:
        """What the work returns; None where it was not done within ``seconds``, whatever held it up, or was cut off."""
        running = asyncio.run_coroutine_threadsafe(work, self._started())
        try:
            return running.result(seconds)
        except (NotInTime, CancelledError):
            running.cancel()
            return None

    def close(self) -> None:
        """Cuts off what still runs, and ends the thread."""
        with self._starting:
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is None or thread is None:
            return
        asyncio.run_coroutine_threadsafe(_cut_off(), loop).add_done_callback(
            lambda _: loop.call_soon_threadsafe(loop.stop)
        )
        thread.join(_STOP_SECONDS)
        if not thread.is_alive():
            loop.close()

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._starting:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, name=self._name, daemon=True)
                self._thread.start()
            return self._loop


async def _cut_off() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
