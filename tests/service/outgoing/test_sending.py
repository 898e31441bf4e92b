"""One POST: to the address that was looked at, under the name that was asked for, and no further."""

import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from standardwebhooks import Webhook, WebhookVerificationError

from service.outgoing.secret_box import new_secret
from service.outgoing.sending import signed
from service.outgoing.targets import Targets
from tests.service.outgoing.conftest import LOOPBACK, received

BODY = '{"specversion": "1.0"}'
NAME = "engine.example.com"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for one name, signed by itself, and its key; a path."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


@pytest.fixture
def here(sender):
    """A sender to which every name leads to these addresses, this machine unless it is said otherwise."""

    def make(*addresses, **changes):
        found = [ip_address(each) for each in addresses or ["127.0.0.1"]]
        return replace(sender, targets=Targets(LOOPBACK, lambda *_: found), **changes)

    return make


def test_it_sends_the_body_as_it_is_under_the_name_that_was_asked_for(here, receiver):
    headers = signed("d-1", BODY, [new_secret()], now=datetime.now(UTC))
    reply = here().send(f"http://{NAME}:{receiver.port}/hook?a=1", BODY, headers)
    ((path, got, body),) = receiver.got
    assert (reply.arrived, reply.status, path, body) == (True, 204, "/hook?a=1", BODY)
    assert got["host"] == f"{NAME}:{receiver.port}"
    assert got["content-type"] == "application/cloudevents+json"
    assert headers.items() <= got.items()


def test_proxies_of_the_environment_are_not_asked(here, receiver, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    assert here().send(receiver.url, BODY, {}).arrived


def test_a_redirect_is_not_followed(here, receiver):
    with received() as other:
        receiver.script = [(307, {"Location": other.url})]
        reply = here().send(receiver.url, BODY, {})
        assert (reply.arrived, reply.status, reply.error) == (False, 307, "status 307")
        assert other.got == []


def test_where_one_address_does_not_take_the_connection_the_next_one_is_tried(here, receiver):
    assert here("127.9.9.9", "127.0.0.1").send(f"http://{NAME}:{receiver.port}/", BODY, {}).arrived


def test_a_receiver_that_never_answers_is_left_when_its_time_is_over(here, receiver):
    receiver.script = [(None, {})]
    reply = here(timeout_seconds=0.2).send(receiver.url, BODY, {})
    assert (reply.arrived, reply.status, reply.error) == (False, None, "no answer in time")


def test_nobody_there_and_no_http_there_are_told_apart(here, receiver):
    assert here().send("http://127.0.0.1:1/".replace(":1/", ":1024/"), BODY, {}).error == "no connection"
    receiver.script = [(None, {})]
    receiver.release.set()
    assert here().send(receiver.url, BODY, {}).error == "no answer that is HTTP"


def test_what_became_private_since_it_was_subscribed_with_is_not_connected_to(sender, receiver):
    rebound = replace(sender, targets=Targets((), lambda *_: [ip_address("127.0.0.1")]))
    assert rebound.send(f"https://{NAME}:{receiver.port}/", BODY, {}).error == "the address is refused"
    assert receiver.got == []


@pytest.mark.parametrize(
    ("url", "trusted", "error"),
    [
        (NAME, True, None),
        ("another.example.com", True, "no trusted TLS connection"),
        (NAME, False, "no trusted TLS connection"),
    ],
)
def test_the_certificate_must_be_for_the_name_and_trusted(here, certificate, url, trusted, error):
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(certificate)
    ours = ssl.create_default_context(cafile=str(certificate) if trusted else None)
    with received(theirs) as receiver:
        reply = here(tls=ours).send(f"https://{url}:{receiver.port}/", BODY, {})
        assert (reply.error, len(receiver.got)) == (error, 0 if error else 1)


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [
        ("120", 120, 120),
        ("0", 0, 0),
        ("9" * 5_000, 10**7, 10**8),
        ("Wed, 21 Oct 2099 07:28:00 GMT", 10**9, 10**10),
        ("Wed, 21 Oct 2015 07:28:00 GMT", -(10**9), 0),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(here, receiver, said, least, most):
    receiver.script = [(503, {"Retry-After": said})]
    assert least <= here().send(receiver.url, BODY, {}).retry_after.total_seconds() <= most


@pytest.mark.parametrize("said", ["soon", "-1", "", "1.5", "9" * 20 + "s", "\u0663"])
def test_nonsense_in_retry_after_does_no_harm(here, receiver, said):
    receiver.script = [(503, {"Retry-After": said.encode().decode("latin-1")})]
    reply = here().send(receiver.url, BODY, {})
    assert reply.status == 503
    assert reply.retry_after is None or reply.retry_after <= timedelta(days=365)


def test_a_body_is_signed_under_each_secret_for_the_instant_of_the_attempt():
    old, new, other, now = new_secret(), new_secret(), new_secret(), datetime.now(UTC)
    headers = signed("d-1", BODY, [new, old], now=now)
    assert headers["webhook-timestamp"] == str(int(now.timestamp()))
    for secret in (old, new):
        Webhook(secret).verify(BODY, headers)
    for secret, body, changed in [
        (other, BODY, headers),
        (new, BODY + " ", headers),
        (new, BODY, headers | {"webhook-id": "d-2"}),
        (new, BODY, headers | {"webhook-timestamp": str(int(now.timestamp()) + 1)}),
    ]:
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, changed)
