"""How long work is tried again: as long as the database is gone, and a few times where the work itself fails."""

import threading
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ledger.errors import DatabaseUnavailableError
from service.store.errors import BudgetSpentError, CommitterClosedError

FAILURES = 3
"""How often work may fail by itself before that is the result: once can be a coincidence of two writers."""

OUTAGES = 40
"""How often it is tried on one thread while the database is gone: some six minutes. Then it is left for later."""

_FIRST_SECONDS, _LONGEST_SECONDS = 0.25, 10.0

T = TypeVar("T")


class LeftForLater(BaseException):
    """Nobody here goes on with this work now. Not an Exception, so that DBOS leaves it as it is: under way.

    It is found as such, and queued again.
    """


class Patience:
    """Tries work again, with back-off, until it is done or has failed too often, or nobody should wait any more."""

    def __init__(self, leaving: threading.Event) -> None:
        self._leaving = leaving

    def outlast(self, work: Callable[[], T]) -> T:
        """What ``work`` returns. It must be harmless to repeat.

        Raises:
            LeftForLater: the process is leaving, or the database has been gone for long.
            Exception: the last of `FAILURES` failures that were the work's own.
        """
        failures, outages = 0, 0
        while True:
            try:
                return work()
            except BudgetSpentError:  # another answer took the last alerts; the next look finds the budget spent
                self._wait(0)
            except CommitterClosedError:
                raise LeftForLater from None
            except Exception as error:
                if is_outage(error):
                    outages += 1
                    if outages >= OUTAGES:
                        raise LeftForLater from None
                else:
                    failures += 1
                    if failures >= FAILURES:
                        raise
                self._wait(min(_FIRST_SECONDS * 2 ** (failures + outages - 1), _LONGEST_SECONDS))

    def _wait(self, seconds: float) -> None:
        if self._leaving.wait(seconds):
            raise LeftForLater


def is_outage(error: BaseException | None) -> bool:
    """Whether it was the database's connection that failed, and not what was asked of it."""
    while error is not None:
        if isinstance(error, DatabaseUnavailableError | PoolTimeout):
            return True
        if isinstance(error, DBAPIError):
            return error.connection_invalidated or _is_connection(error)
        error = error.__cause__ or error.__context__
    return False


_CONNECTION_CLASSES = ("08", "25P03", "40", "53", "55P03", "57P")
"""SQLSTATE: connection lost, session ended, rolled back for another, too little left, lock not free, stopping."""


def _is_connection(error: DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        return type(error.orig).__name__ in {"OperationalError", "ConnectionTimeout", "InterfaceError"}
    return str(state).startswith(_CONNECTION_CLASSES)
