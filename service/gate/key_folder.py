"""The folder of the signing keys: one PEM file a key, named after the instant at which it was written."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from stat import S_IMODE

from joserfc.jwk import OKPKey

from service.gate.keys import KeyFileRefused, SigningKey, SigningKeys

_OWNER_ONLY = 0o600
_STAMP = "%Y%m%dT%H%M%S%fZ"


class RotationRefused(Exception):
    """A key that may not be written or retired now. The message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class KeyFolder:
    """The keys of a deployment, of which several processes may ask at once."""

    path: Path

    def open(self, *, now: datetime) -> SigningKeys:
        """The keys in the folder; where there is none, the first is made.

        Raises KeyFileRefused for a file that others may read or that holds no Ed25519 private key.
        """
        with self._locked():
            if not self._files():
                self._write(now)
            return self._read()

    def rotate(self, *, now: datetime) -> SigningKeys:
        """Add a key, which signs once it has settled, and keep the others.

        Raises RotationRefused where the newest key was written later than ``now``, as by a clock put back.
        """
        with self._locked():
            newest = max((_written_at(file) for file in self._files()), default=None)
            if newest is not None and now <= newest:
                raise RotationRefused(
                    f"the newest key was written at {newest:%Y-%m-%d %H:%M:%S} UTC; set the clock right"
                )
            self._write(now)
            return self._read()

    def retire(self, kid: str, *, compromised: bool, now: datetime) -> SigningKeys:
        """Destroy a key by which no valid token can be signed any more; a ``compromised`` one at once.

        All that a compromised key signed fails from then on. The one before it signs until the next has settled; where
        it was the only one, a new key is made, which signs at once. Raises RotationRefused.
        """
        with self._locked():
            keys = self._read()
            key = next((key for key in keys.keys if key.kid == kid), None)
            if key is None:
                raise RotationRefused(f"no key {kid}; there are {', '.join(key.kid for key in keys.keys)}")
            if not compromised:
                _refuse_early(keys, key, now)
            self._file(key.written_at).unlink()
            if not self._files():
                self._write(now)
            return self._read()

    def seen(self) -> frozenset[tuple[str, int]]:
        """What a look at the folder shows; another value is another set of keys."""
        if not self.path.exists():
            return frozenset()
        with os.scandir(self.path) as entries:
            return frozenset((entry.name, entry.stat().st_mtime_ns) for entry in entries if entry.name.endswith(".pem"))

    def _files(self) -> list[Path]:
        return sorted(self.path.glob("*.pem"), reverse=True)

    def _file(self, written_at: datetime) -> Path:
        return self.path / f"{written_at.astimezone(UTC).strftime(_STAMP)}.pem"

    def _read(self) -> SigningKeys:
        return SigningKeys(tuple(SigningKey(_read(file), _written_at(file)) for file in self._files()))

    def _write(self, now: datetime) -> None:
        file = self._file(now)
        partial = file.with_suffix(".partial")
        partial.unlink(missing_ok=True)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(_new_key().as_pem(private=True))
            opened.flush()
            os.fsync(opened.fileno())
        partial.rename(file)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.path / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _refuse_early(keys: SigningKeys, key: SigningKey, now: datetime) -> None:
    until = keys.published_until(key)
    if until is None:
        raise RotationRefused(
            f"{key.kid} is the newest key; rotate first. If it is compromised, say --compromised: all that it signed "
            "fails at once."
        )
    if now < until:
        raise RotationRefused(
            f"a token of {key.kid} may be valid until {until:%Y-%m-%d %H:%M:%S} UTC; retire it then. If it is "
            "compromised, say --compromised: all that it signed fails at once."
        )


def _new_key() -> OKPKey:
    key = OKPKey.generate_key("Ed25519")
    while key.thumbprint().startswith("-"):  # at a command it would pass for an option
        key = OKPKey.generate_key("Ed25519")
    return key


def _written_at(file: Path) -> datetime:
    try:
        return datetime.strptime(file.stem, _STAMP).replace(tzinfo=UTC)
    except ValueError as error:
        raise KeyFileRefused(
            f"{file} is not named after the instant at which it was written (20260302T090000000000Z.pem); rename it"
        ) from error


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
