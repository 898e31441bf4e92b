"""``bellwether serve``: the HTTP service."""

import socket
from datetime import UTC, datetime

import click
import structlog
import uvicorn
from fastapi import FastAPI

from service.app import create_app
from service.commands.exit import Refused
from service.commands.long_running import prepared
from service.gate.keys import KeyFileRefused
from service.outgoing.secret_box import SecretKeyRefused
from service.settings import is_loopback
from service.wiring import opened

_DRAIN_SECONDS = 10
_log = structlog.get_logger("bellwether.serve")


@click.command("serve")
@click.option("--host", help="Address to listen on; without it BELLWETHER_HOST, a loopback address.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; without it BELLWETHER_PORT (8080).")
@click.option(
    "--no-worker",
    is_flag=True,
    help="Take events in and leave the work to other processes: bellwether worker, or another bellwether serve.",
)
def command(host: str | None, port: int | None, no_worker: bool) -> None:  # noqa: FBT001 - click's signature
    """Serve HTTP, with a worker beside it, until SIGINT or SIGTERM; then finish what is under way."""
    settings = prepared()
    with _listening(host or settings.host, settings.port if port is None else port) as listener:
        try:
            with opened(settings, now=datetime.now(UTC), worker=not no_worker) as services:
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
