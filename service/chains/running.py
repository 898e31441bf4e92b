"""One thread with one event loop, on which coroutines of callers run while these wait.

It is one for the whole process: the packages of some providers share a client among all who ask the same endpoint, and
such a client works only on the loop on which it was used first.
"""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as NotInTime
from typing import Any, TypeVar

T = TypeVar("T")

_starting = threading.Lock()
_loops: list[asyncio.AbstractEventLoop] = []


def run(work: Coroutine[Any, Any, T], *, seconds: float) -> T | None:
    """What the work returns; None where it was not done within ``seconds``, whatever held it up, or was cut off."""
    running = asyncio.run_coroutine_threadsafe(work, _loop())
    try:
        return running.result(seconds)
    except (NotInTime, CancelledError):
        running.cancel()
        return None


def _loop() -> asyncio.AbstractEventLoop:
    with _starting:
        if not _loops:
            _loops.append(asyncio.new_event_loop())
            threading.Thread(target=_loops[0].run_forever, name="language models", daemon=True).start()
        return _loops[0]
