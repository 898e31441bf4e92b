"""``bellwether serve``: the HTTP service."""

import os
import signal
import socket
from datetime import UTC, datetime
from types import FrameType

import click
import structlog
import uvicorn
from fastapi import FastAPI

from service.app import create_app
from service.commands.exit import Refused
from service.gate.keys import KeyFileRefused
from service.logs import configure_logs
from service.outgoing.secret_box import SecretKeyRefused
from service.settings import is_loopback, read_settings, unknown_variables
from service.wiring import opened

_DRAIN_SECONDS = 10
_log = structlog.get_logger("bellwether.serve")


@click.command("serve")
@click.option("--host", help="Address to listen on; without it BELLWETHER_HOST, a loopback address.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; without it BELLWETHER_PORT (8080).")
@click.option(
    "--no-worker",
    is_flag=True,
    help="Serve without a worker for durable work. There is no durable work yet: the flag changes nothing today.",
)
def command(host: str | None, port: int | None, no_worker: bool) -> None:  # noqa: ARG001, FBT001 - see its help
    """Serve HTTP until SIGINT or SIGTERM, then finish the calls that are under way."""
    settings = read_settings()
    configure_logs()
    for name in unknown_variables(os.environ):
        _log.warning("unknown setting, ignored", variable=name)
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    with _listening(host or settings.host, settings.port if port is None else port) as listener:
        try:
            with opened(settings, now=datetime.now(UTC)) as services:
                _log.info("listening", url=_url(listener))
                _server(create_app(services)).run(sockets=[listener])
        except (KeyFileRefused, SecretKeyRefused) as refused:
            raise Refused(str(refused)) from refused


def _listening(host: str, port: int) -> socket.socket:
    if not is_loopback(host):
        _log.warning("listening beyond this machine: put TLS before it", host=host)
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=2048
        )
    except OSError as error:
        raise Refused(f"cannot listen on {host} port {port}: {error.strerror}; choose another with --port") from error


def _server(app: FastAPI) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(
            app,
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_DRAIN_SECONDS,
        )
    )


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _leave(_signal: int, _frame: FrameType | None) -> None:
    """Leave by unwinding, so that the database is let go of; uvicorn raises the signal again after its own shutdown."""
    raise SystemExit(0)
