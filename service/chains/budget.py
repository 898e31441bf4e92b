"""What one answer may spend on language models: time, calls and tokens, shared by all of its questions."""

import threading
import time
from collections.abc import Callable

Clock = Callable[[], float]


class Budget:
    """Counts down from ``deadline`` seconds, ``calls`` and ``tokens`` (asked and replied together).

    Time runs from the moment the budget is made. A call is taken together with the most tokens that it may use, before
    it is made, so that calls that run at once cannot spend the same tokens twice; what it did not use is given back.
    Safe to share between threads.
    """

    def __init__(self, deadline: float, calls: int, tokens: int, *, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._ends = clock() + deadline
        self._calls_left = calls
        self._tokens_left = tokens
        self._lock = threading.Lock()

    @property
    def seconds_left(self) -> float:
        """Seconds until the deadline; never below 0."""
        return max(0.0, self._ends - self._clock())

    @property
    def calls_left(self) -> int:
        """Calls that may still be made."""
        return self._calls_left

    @property
    def tokens_left(self) -> int:
        """Tokens that may still be used; below 0 where an endpoint has used more than it was allowed."""
        return self._tokens_left

    def take(self, tokens: int) -> bool:
        """Takes one call that uses at most ``tokens``; False, and nothing taken, where the budget has not as much."""
        with self._lock:
            if self._calls_left < 1 or self._tokens_left < tokens:
                return False
            self._calls_left -= 1
            self._tokens_left -= tokens
            return True

    def give_back(self, tokens: int) -> None:
        """Gives back tokens that were taken and not used; below 0 where more were used than taken."""
        with self._lock:
            self._tokens_left += tokens
