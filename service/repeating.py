"""Work that is done again and again beside the calls: by a thread of its own, as long as the service is up."""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self


class Repeating:
    """Does ``work`` every so many seconds, from entering until leaving; the first time ``at_once`` or after a wait.

    ``work`` raises nothing. Leaving waits for work under way, but no longer than ``patience_seconds``.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[], object],
        *,
        every_seconds: float,
        patience_seconds: float,
        at_once: bool = False,
    ) -> None:
        self._work = work
        self._every_seconds = every_seconds
        self._patience_seconds = patience_seconds
        self._at_once = at_once
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed.set()
        self._thread.join(self._patience_seconds)

    def _run(self) -> None:
        if self._at_once:
            self._work()
        while not self._closed.wait(self._every_seconds):
            self._work()
