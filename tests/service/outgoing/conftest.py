"""A receiver that does as it is told, and subscriptions to it."""

import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from uuid import uuid4

import pytest
from sqlalchemy import update

from service.outgoing.delivering import Postman
from service.outgoing.schedule import AS_ADVISED
from service.outgoing.secret_box import SecretBox, new_secret
from service.outgoing.sending import Sender
from service.outgoing.targets import Targets, resolved
from service.store.outgoing_tables import subscriptions
from service.store.subscriptions import StoredSubscription, insert_subscription

LOOPBACK = (ip_network("127.0.0.0/8"),)


class Receiver:
    """Answers with the statuses of ``script`` in turn, then with 204, and keeps what came."""

    def __init__(self):
        self.got, self.script, self.release = [], [], threading.Event()

    def handler(self):
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.got.append((self.path, headers, body.decode()))
                status, headers = receiver.script.pop(0) if receiver.script else (204, {})
                if status is None:
                    receiver.release.wait()
                    return
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_):
                pass

        return Handler


@contextmanager
def received(tls=None):
    """A receiver on a free port of this machine; its ``url`` is by IP address."""
    receiver = Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", 0), receiver.handler())
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    receiver.port = server.server_port
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook?a=1"
    try:
        yield receiver
    finally:
        receiver.release.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def database(module_database):
    """Shared by a module: every test has subscriptions of its own."""
    return module_database


@pytest.fixture
def receiver():
    with received() as receiver:
        yield receiver


@pytest.fixture
def sender():
    return Sender(Targets(LOOPBACK, resolved), timeout_seconds=5)


@pytest.fixture
def postman(home, sender):
    return Postman(home, SecretBox.at(home), sender, AS_ADVISED)


@pytest.fixture
def now():
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def subscribe(engine, postman, now):
    """Stores a subscription; its row and its secret."""

    def make(url, *types, principal="engine-1", active=True, former=None):
        secret = new_secret()
        row = StoredSubscription(
            uuid4(), principal, "orchestrator", url, types, None, postman.box.seal(secret),
            None if former is None else postman.box.seal(former), now + timedelta(hours=1), active, now, now,
        )  # fmt: skip
        with engine.begin() as connection:
            insert_subscription(connection, row)
        return row, secret

    yield make
    with engine.begin() as connection:
        connection.execute(update(subscriptions).values(active=False))
