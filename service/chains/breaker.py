"""The circuit breaker of one endpoint: what fails again and again is left in peace for a while."""

import time
from collections.abc import Callable
from enum import StrEnum

FAILURES = 5
"""Failures in a row after which an endpoint rests."""

REST_SECONDS = 30.0


class State(StrEnum):
    """``half_open``: it has rested, and one call finds out whether it is well again."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Breaker:
    """Asked before each call whether there may be one (``ready``), and told how it went.

    ``begin`` is followed by exactly one of ``succeeded``, ``failed`` and ``abandoned``. Belongs to one thread.
    """

    def __init__(
        self,
        *,
        failures: int = FAILURES,
        rest_seconds: float = REST_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        turns: Callable[[State], None] = lambda state: None,  # noqa: ARG005 - nobody has to know
    ) -> None:
        self._most = failures
        self._rest = rest_seconds
        self._clock = clock
        self._turns = turns
        self._in_a_row = 0
        self._state = State.CLOSED
        self._until = 0.0
        self._probing = False

    @property
    def state(self) -> State:
        return self._state

    def ready(self) -> bool:
        """Whether a call may begin now."""
        if self._state is State.CLOSED:
            return True
        return not self._probing and self._clock() >= self._until

    def begin(self) -> None:
        """A call begins, which ``ready`` has allowed."""
        if self._state is not State.CLOSED:
            self._probing = True
            self._turn(State.HALF_OPEN)

    def succeeded(self) -> None:
        """The endpoint did what an endpoint does."""
        self._probing, self._in_a_row = False, 0
        self._turn(State.CLOSED)

    def failed(self) -> None:
        """It did not."""
        self._probing = False
        self._in_a_row += 1
        if self._state is State.HALF_OPEN or self._in_a_row >= self._most:
            self._until = self._clock() + self._rest
            self._turn(State.OPEN)

    def abandoned(self) -> None:
        """Nobody waited for the end of the call: it tells nothing."""
        self._probing = False
        if self._state is State.HALF_OPEN:
            self._turn(State.OPEN)

    def _turn(self, state: State) -> None:
        if state is not self._state:
            self._state = state
            self._turns(state)
