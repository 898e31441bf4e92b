"""``bellwether signing-keys``: the keys that sign recommendations and decisions."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from service.commands.exit import Refused
from service.gate.key_folder import KeyFolder, RotationRefused
from service.gate.keys import JWKS_KEPT, SETTLING, KeyFileRefused, SigningKey, SigningKeys
from service.settings import read_settings

_INSTANT = "%Y-%m-%d %H:%M:%S UTC"


@click.group("signing-keys")
def command() -> None:
    """The keys that sign recommendations and decisions; a running service notices each change within seconds."""


@command.command("list")
def list_keys() -> None:
    """Every key, the newest first: its kid, when it was written, and what it is used for now."""
    now = datetime.now(UTC)
    with _folder() as folder:
        _print(folder.open(now=now), now)


@command.command("rotate")
def rotate() -> None:
    """Add a key. It is published at once and signs when every engine that asks as told has seen it."""
    now = datetime.now(UTC)
    with _folder() as folder:
        folder.open(now=now)
        _print(folder.rotate(now=datetime.now(UTC)), now)


@command.command("retire")
@click.argument("kid")
@click.option("--compromised", is_flag=True, help="Now, although its tokens may be valid: all of them fail at once.")
def retire(kid: str, *, compromised: bool) -> None:
    """Destroy the key KID, once no valid token can have been signed with it."""
    now = datetime.now(UTC)
    with _folder() as folder:
        _print(folder.retire(kid, compromised=compromised, now=now), now)
    if compromised:
        minutes = int(JWKS_KEPT.total_seconds() // 60)
        click.echo(
            f"{kid} is destroyed. All that it signed is refused from now on, by an engine that keeps the JWKS after "
            f"{minutes} minutes at the latest; let engines forget what they keep to be quicker.",
            err=True,
        )


@contextmanager
def _folder() -> Iterator[KeyFolder]:
    try:
        yield KeyFolder(read_settings().home / "signing-keys")
    except (KeyFileRefused, RotationRefused) as refused:
        raise Refused(str(refused)) from refused


def _print(keys: SigningKeys, now: datetime) -> None:
    for key in keys.keys:
        click.echo(f"{key.kid}  written {key.written_at:{_INSTANT}}  {_use(keys, key, now)}")


def _use(keys: SigningKeys, key: SigningKey, now: datetime) -> str:
    until = keys.published_until(key)
    if key == keys.signing(now):
        return "signs"
    if until is None or key.written_at > keys.signing(now).written_at:
        return f"published, signs from {key.written_at + SETTLING:{_INSTANT}}"
    if now < until:
        return f"published until {until:{_INSTANT}}"
    return "not published any more; can be retired"
