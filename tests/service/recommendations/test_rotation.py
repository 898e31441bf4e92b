"""Keys are rotated and retired under a running service, by the command of another process."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from service.cli import main
from service.gate.key_folder import KeyFolder
from service.gate.keys import SETTLING
from service.gate.token_claims import RecommendationClaims
from service.gate.verifying import verify
from service.signing_keys_in_force import LOOKED_AT_EVERY, SigningKeysInForce
from tests.service.recommending import give


class Ticks:
    """A clock that a test moves on."""

    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds

    def pass_a_look(self):
        self.seconds += LOOKED_AT_EVERY


@pytest.fixture
def ticks():
    return Ticks()


@pytest.fixture
def folder(settings):
    return KeyFolder(settings.home / "signing-keys")


@pytest.fixture
def services(services, folder, ticks):
    keys = SigningKeysInForce(folder, now=datetime.now(UTC), clock=ticks)
    return replace(
        services,
        signing_keys=keys,
        desk=replace(services.desk, signing_keys=keys),
        decisions=replace(services.decisions, signing_keys=keys),
        task_checks={"signing keys": keys.finding},
    )


@pytest.fixture
def bellwether(environ):
    def run(*arguments):
        return CliRunner().invoke(main, ["signing-keys", *arguments], env=environ)

    return run


@pytest.fixture
def published(client):
    return lambda: [key["kid"] for key in client.get("/.well-known/jwks.json").json()["keys"]]


def test_a_rotation_is_noticed_without_a_restart_and_tokens_pass_before_and_after(
    services, client, published, bellwether, ticks
):
    (old,) = published()
    now = datetime.now(UTC)
    tokens = [give(services, now=now, person="P1")[1]]
    assert bellwether("rotate").exit_code == 0
    assert published() == [old]
    ticks.pass_a_look()
    new, second = published()
    assert second == old
    for number, later in enumerate((timedelta(), SETTLING + timedelta(minutes=1))):
        tokens.append(give(services, now=now + later, person=f"Q{number}")[1])
    jwks = client.get("/.well-known/jwks.json").json()
    ends = {"now": now + SETTLING + timedelta(minutes=2), "issuer": "bellwether", "audience": "orchestration-engine"}
    assert all(isinstance(verify(token, jwks, **ends), RecommendationClaims) for token in tokens)
    assert [kid_of(token) for token in tokens] == [old, old, new]


def test_what_a_compromised_key_signed_fails_as_soon_as_it_is_retired(services, client, published, bellwether, ticks):
    (old,) = published()
    now = datetime.now(UTC)
    token = give(services, now=now)[1]
    bellwether("rotate")
    refused = bellwether("retire", old)
    assert refused.exit_code == 1
    assert "say --compromised: all that it signed fails at once" in refused.stderr
    retired = bellwether("retire", old, "--compromised")
    assert retired.exit_code == 0
    assert "All that it signed is refused from now on" in retired.stderr
    ticks.pass_a_look()
    assert old not in published()
    jwks = client.get("/.well-known/jwks.json").json()
    assert verify(token, jwks, now=now, issuer="bellwether", audience="orchestration-engine").code == "not_ours"
    fresh = give(services, now=datetime.now(UTC), person="P2")[1]
    assert kid_of(fresh) == published()[0]


def test_the_list_says_what_each_key_is_for(bellwether, folder):
    now = datetime.now(UTC)
    folder.open(now=now - timedelta(days=9))
    folder.rotate(now=now - timedelta(days=5))
    folder.rotate(now=now - timedelta(hours=2))
    folder.rotate(now=now - timedelta(minutes=2))
    lines = bellwether("list").stdout.splitlines()
    uses = [line.split("  ")[2].split(" from ")[0].split(" until ")[0] for line in lines]
    assert uses == ["published, signs", "signs", "published", "not published any more; can be retired"]
    last = lines[-1].split("  ")[0]
    assert len(bellwether("retire", last).stdout.splitlines()) == 3


def test_a_bad_key_file_does_not_stop_a_running_service_and_is_said(client, published, folder, ticks, log):
    before = published()
    stray = folder.path / "20260302T090000000000Z.pem"
    stray.write_text("rubbish")
    stray.chmod(0o600)
    ticks.pass_a_look()
    assert published() == before
    (part,) = [part for part in client.get("/readyz").json()["parts"] if part["name"] == "signing keys"]
    assert (part["ok"], part["needed"]) == (False, False)
    assert str(folder.path) not in part["why"]
    assert "is not a PEM of a private key" in log.getvalue()
    stray.unlink()
    ticks.pass_a_look()
    parts = {part["name"]: part["ok"] for part in client.get("/readyz").json()["parts"]}
    assert parts["signing keys"]


def kid_of(token):
    from joserfc import jws  # noqa: PLC0415

    return jws.extract_compact(token.encode()).headers()["kid"]
