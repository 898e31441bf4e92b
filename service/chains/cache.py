"""Answers that counted, kept for a while: in memory only, so that erasing a person leaves nothing behind on a disk."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256
from typing import NamedTuple

from pydantic import BaseModel

MOST = 512
KEPT_SECONDS = 900.0


class Key(NamedTuple):
    """What makes two questions one: nothing of it is left out, nothing of it is a text."""

    prompt: str
    endpoint: str
    model: str
    shape: str
    document: str
    region: str | None


class Cache:
    """Holds the ``most`` answers that were used last, each for ``kept_seconds``. Safe to share between threads.

    Whoever takes an answer out checks it again: the same document may be asked about beside other evidence.
    """

    def __init__(
        self, *, most: int = MOST, kept_seconds: float = KEPT_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._kept_seconds = kept_seconds
        self._clock = clock
        self._kept: OrderedDict[Key, tuple[float, BaseModel]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> BaseModel | None:
        """A copy of the answer, or None where there is none that is young enough."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            until, value = found
            if self._clock() >= until:
                del self._kept[key]
                return None
            self._kept.move_to_end(key)
            return value.model_copy(deep=True)

    def put(self, key: Key, value: BaseModel) -> None:
        """Keeps an answer that counted."""
        with self._lock:
            self._kept[key] = (self._clock() + self._kept_seconds, value.model_copy(deep=True))
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        """Forgets all."""
        with self._lock:
            self._kept.clear()


def digest(text: str) -> str:
    """The SHA-256 of a text, in hex."""
    return sha256(text.encode()).hexdigest()
