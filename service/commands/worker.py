"""``bellwether worker``: one more process for durable work."""

import signal
from datetime import UTC, datetime

import click
import structlog

from service.commands.exit import Refused
from service.commands.long_running import prepared
from service.gate.keys import KeyFileRefused
from service.outgoing.secret_box import SecretKeyRefused
from service.wiring import opened

_log = structlog.get_logger("bellwether.worker")


@click.command("worker")
def command() -> None:
    """Work on what is queued, beside whatever else works on the same database, until SIGINT or SIGTERM.

    It then takes no more and finishes what is under way. It serves no HTTP.
    """
    settings = prepared()
    try:
        with opened(settings, now=datetime.now(UTC)):
            _log.info("at work")
            while True:
                signal.pause()
    except (KeyFileRefused, SecretKeyRefused) as refused:
        raise Refused(str(refused)) from refused
