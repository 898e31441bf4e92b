"""What the commands have in common that run until they are told to stop."""

import os
import signal
from types import FrameType

import structlog

from service.logs import configure_logs
from service.settings import Settings, read_settings, unknown_variables

_log = structlog.get_logger("bellwether.start")


def prepared() -> Settings:
    """The settings, with logs going where they belong and SIGINT and SIGTERM unwinding. Raises SettingsRefused."""
    settings = read_settings()
    configure_logs()
    for name in unknown_variables(os.environ):
        _log.warning("unknown setting, ignored", variable=name)
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    return settings


def _leave(_signal: int, _frame: FrameType | None) -> None:
    """Leave by unwinding, so that the database is let go of; uvicorn raises the signal again after its own shutdown."""
    raise SystemExit(0)
