"""The running service removes what its retention no longer allows, once an hour."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from ledger.errors import LedgerError
from service.repeating import Repeating
from service.settings import Settings
from service.store.retention import Counts, Limits, apply_retention

EVERY_SECONDS = 3_600.0
_LAST_BATCH_SECONDS = 30
_log = structlog.get_logger("bellwether.retention")


class Retaining(Repeating):
    """A thread that applies the retention when it begins and then every hour. Use as a context manager.

    ``clock`` tells the instant by which age is judged. A database out of reach, or a chain that may not be written, is
    logged and tried again the next hour.
    """

    def __init__(
        self,
        engine: Engine,
        home: Path,
        limits: Limits,
        *,
        clock: Callable[[], datetime],
        every_seconds: float = EVERY_SECONDS,
    ) -> None:
        super().__init__(
            "retention",
            self.apply,
            every_seconds=every_seconds,
            patience_seconds=_LAST_BATCH_SECONDS,
            at_once=True,
        )
        self._engine, self._home, self._limits = engine, home, limits
        self._clock = clock

    def apply(self) -> Counts:
        """Apply it now; nothing removed where that failed."""
        try:
            removed = apply_retention(self._engine, self._home, self._limits, now=self._clock())
        except (LedgerError, SQLAlchemyError, OSError) as error:
            _log.warning("retention not applied", why=type(error).__name__)
            return {}
        if removed:
            _log.info("retention applied", **removed)
        return removed


def limits_of(settings: Settings) -> Limits:
    """The limits that the settings state."""
    return Limits(timedelta(days=settings.retention_days), timedelta(days=settings.repeat_days))
