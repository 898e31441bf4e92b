"""The receivers of ``docs/webhooks.md``, run as they stand there: what they take, and what they do not."""

import json
import os
import re
import subprocess
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from service.outgoing.messages import TYPE_OF, OutgoingType
from service.outgoing.schedule import AS_ADVISED
from service.outgoing.secret_box import new_secret
from service.outgoing.sending import Sender, signed
from service.outgoing.subscribing import MOST_A_PRINCIPAL, MOST_REPLAYED
from service.outgoing.targets import Targets, resolved
from service.store.told import MOST_LISTED
from service.webhook_settings import WebhookSettings
from tests.service.outgoing.conftest import LOOPBACK
from tests.service.snippets import NODE, snippet

PAGE = Path(__file__).parents[3] / "docs" / "webhooks.md"
TEXT = PAGE.read_text(encoding="utf-8")
BODY = json.dumps(
    {"type": "bellwether.exception.opened", "data": {"exception_id": "7f3a", "of": "B\u00fccher & S\u00f6hne"}}
)
OTHER = BODY.replace("7f3a", "7f3b")


@contextmanager
def in_python(secret, monkeypatch):
    """The receiver in Python; its port and what it handled."""
    names = {"__name__": "receiver"}
    exec(compile(snippet("python", PAGE), PAGE, "exec"), names)
    events = []
    names["handle"] = lambda event: events.append(event["data"]["exception_id"])
    monkeypatch.setenv("WEBHOOK_SECRET", secret)
    monkeypatch.setattr(names["Receiver"], "log_message", lambda *_: None)
    server = ThreadingHTTPServer(("127.0.0.1", 0), names["Receiver"])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.server_port, lambda: events
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def in_javascript(secret, _monkeypatch):
    """The receiver in JavaScript; its port and what it handled, once it has ended."""
    code = snippet("javascript", PAGE) + "\nreceiver.on('listening', () => console.log(receiver.address().port));"
    environ = os.environ | {"WEBHOOK_SECRET": secret, "PORT": "0"}
    command = [str(NODE), "--input-type=module", "--eval", code]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as running:

        def handled():
            running.terminate()
            return re.findall(r'"exception_id":"(\w+)"', running.stdout.read())

        yield int(running.stdout.readline()), handled
        running.terminate()


@pytest.mark.parametrize(
    "receiving",
    [in_python, pytest.param(in_javascript, marks=pytest.mark.skipif(NODE is None, reason="node is not installed"))],
)
def test_a_receiver_takes_what_was_signed_for_it_once_and_nothing_else(receiving, monkeypatch):
    secret, former, now = new_secret(), new_secret(), datetime.now(UTC)
    sender = Sender(Targets(LOOPBACK, resolved), timeout_seconds=20)
    good = signed("d-1", BODY, [secret], now=now)
    unsigned = {name: value for name, value in good.items() if name != "webhook-signature"}
    with receiving(secret, monkeypatch) as (port, handled):
        for body, headers, status in [
            (BODY, good, 204),
            (BODY, signed("d-1", BODY, [secret], now=now + timedelta(seconds=5)), 204),  # again
            (OTHER, signed("d-2", OTHER, [former, secret], now=now), 204),  # while secrets are changed over
            (OTHER, good, 401),
            (BODY, signed("d-3", BODY, [former], now=now), 401),
            (BODY, good | {"webhook-id": "d-4"}, 401),
            (BODY, signed("d-5", BODY, [secret], now=now - timedelta(minutes=6)), 401),
            (BODY, signed("d-6", BODY, [secret], now=now + timedelta(minutes=6)), 401),
            (BODY, good | {"webhook-timestamp": "soon"}, 401),
            (BODY, good | {"webhook-signature": "v1,"}, 401),
            (BODY, good | {"webhook-signature": "nonsense"}, 401),
            (BODY, good | {"webhook-signature": good["webhook-signature"].replace("v1,", "v1a,")}, 401),
            (BODY, unsigned, 401),
        ]:
            reply = sender.send(f"http://127.0.0.1:{port}/", body, headers)
            assert reply.status == status, (body, headers, reply)
        assert handled() == ["7f3a", "7f3b"]


def test_the_page_states_what_the_code_does():
    assert set(re.findall(r"^\| `(bellwether\.\S+)`", TEXT, re.MULTILINE)) == set(OutgoingType)
    assert set(re.findall(r"`(merged|raised|resolved)`", TEXT)) | {"opened", "decided"} == set(TYPE_OF)
    named = set(re.findall(r"`BELLWETHER_WEBHOOKS__(\w+)` \|", TEXT))
    assert named == {name.upper() for name in WebhookSettings.model_fields}
    assert (5, 300, 1_800, *(hours * 3_600 for hours in (2, 5, 10, 14, 20, 24))) == AS_ADVISED
    assert "after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h" in TEXT
    for said in (f"beyond {MOST_LISTED}", f"up to {MOST_REPLAYED:,} again", f"at most {MOST_A_PRINCIPAL})"):
        assert said in TEXT
