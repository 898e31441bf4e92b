"""Secrets of subscriptions, encrypted under a key that lies in the home and not in the database."""

import fcntl
import os
import secrets
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_IMODE

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

FILE = "webhook-secrets.key"
SECRET_PREFIX = "whsec_"  # noqa: S105 - how every secret begins (Standard Webhooks)
_SECRET_BYTES = 32
_OWNER_ONLY = 0o600


class SecretKeyRefused(Exception):
    """The key file must not be used. The message says how to put it right."""


class SecretLost(Exception):
    """A secret that no key in the file opens. A new one has to be made."""


@dataclass(frozen=True)
class SecretBox:
    """Seals and opens secrets. The keys are in no text of it."""

    _keys: MultiFernet = field(repr=False)

    @classmethod
    def at(cls, home: Path) -> "SecretBox":
        """The box of this deployment, whose key is made where there is none. Raises SecretKeyRefused."""
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (home / f".{FILE}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            file = home / FILE
            if not file.exists():
                _write(file)
            return cls(MultiFernet(_read(file)))

    def seal(self, secret: str) -> bytes:
        """The secret under the first key of the file."""
        return self._keys.encrypt(secret.encode())

    def unseal(self, sealed: bytes) -> str:
        """The secret, under whichever key of the file it was sealed. Raises SecretLost."""
        try:
            return self._keys.decrypt(sealed).decode()
        except InvalidToken:
            raise SecretLost from None


def new_secret() -> str:
    """A secret as Standard Webhooks writes one: ``whsec_`` and 32 random bytes in base64."""
    return SECRET_PREFIX + b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def _write(file: Path) -> None:
    partial = file.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(Fernet.generate_key() + b"\n")
        opened.flush()
        os.fsync(opened.fileno())
    partial.rename(file)


def _read(file: Path) -> list[Fernet]:
    mode = S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        raise SecretKeyRefused(f"{file} is open to others (mode {mode:o}); expected 600: chmod 600 {file}")
    try:
        keys = [Fernet(line) for line in file.read_bytes().split()]
    except ValueError:
        keys = []
    if not keys:
        raise SecretKeyRefused(
            f"{file} holds no Fernet key; put the right one back, or remove it and rotate all secrets"
        )
    return keys
