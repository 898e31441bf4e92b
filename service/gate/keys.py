"""The Ed25519 keys that sign recommendations: PEM files in one folder, the newest signs, all are published.

Rotation with overlap: add a key, keep the old file until its last token has expired (24 h at most), then remove it.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from stat import S_IMODE
from typing import Any

from joserfc.jwk import OKPKey

_OWNER_ONLY = 0o600


class KeyFileRefused(Exception):
    """A key file that must not be used. The message says how to put it right."""


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """All keys, the newest first. The ``kid`` of each is its RFC 7638 thumbprint."""

    keys: tuple[OKPKey, ...]

    @classmethod
    def open(cls, folder: Path, *, now: datetime) -> "SigningKeys":
        """The keys in the folder; where there is none, the first is made. Several processes may do so at once.

        Raises KeyFileRefused for a file that others may read or that holds no Ed25519 private key.
        """
        with _locked(folder):
            if not list(folder.glob("*.pem")):
                _write_new(folder, now)
            return cls(tuple(_read(file) for file in sorted(folder.glob("*.pem"), reverse=True)))

    @classmethod
    def rotate(cls, folder: Path, *, now: datetime) -> "SigningKeys":
        """Add a key, which signs from now on, and keep the others. A running service must open the folder again."""
        with _locked(folder):
            _write_new(folder, now)
        return cls.open(folder, now=now)

    @property
    def signing(self) -> OKPKey:
        """The key that signs."""
        return self.keys[0]

    def jwks(self) -> dict[str, list[dict[str, Any]]]:
        """The public halves as a JWK set, for ``/.well-known/jwks.json``."""
        return {"keys": [key.as_dict(private=False) for key in self.keys]}


def _read(file: Path) -> OKPKey:
    mode = S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        raise KeyFileRefused(f"{file} is open to others (mode {mode:o}); expected 600: chmod 600 {file}")
    try:
        key = OKPKey.import_key(file.read_bytes(), {"use": "sig", "alg": "Ed25519"})
    except ValueError as error:
        raise KeyFileRefused(f"{file} is not a PEM of a private key; remove it or put the right one back") from error
    if not key.is_private or key.curve_name != "Ed25519":
        raise KeyFileRefused(f"{file} is not an Ed25519 private key; remove it or put the right one back")
    key.ensure_kid()
    return key


def _write_new(folder: Path, now: datetime) -> None:
    written_on = now.astimezone(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    key = OKPKey.generate_key("Ed25519")
    partial = folder / f"{written_on}.partial"
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.as_pem(private=True))
        file.flush()
        os.fsync(file.fileno())
    partial.rename(folder / f"{written_on}.pem")


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
