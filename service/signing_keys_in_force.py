"""The signing keys in force: a rotation is noticed by every process, without a restart."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import structlog

from service.gate.key_folder import KeyFolder
from service.gate.keys import KeyFileRefused, SigningKeys
from service.readiness import Finding

LOOKED_AT_EVERY = 3.0
"""Seconds between looks at the folder, at most: far below what a new key takes to settle."""

_log = structlog.get_logger("bellwether.signing_keys")


class SigningKeysInForce:
    """Holds the keys of a folder, and reads them again when it has changed. Safe to share between threads.

    Raises KeyFileRefused where a file is refused at first. Later the keys read before stay in force, the log says which
    file it is, and ``finding`` that there is one.
    """

    def __init__(self, folder: KeyFolder, *, now: datetime, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._clock = clock
        self._seen = folder.seen()
        self._keys = folder.open(now=now)
        self._look_at = clock() + LOOKED_AT_EVERY
        self._refused = False

    @property
    def current(self) -> SigningKeys:
        """The keys now."""
        if self._clock() >= self._look_at:
            self._look_at = self._clock() + LOOKED_AT_EVERY
            self._look()
        return self._keys

    def _look(self) -> None:
        try:
            seen = self._folder.seen()
            if seen != self._seen or self._refused:
                self._keys = self._folder.open(now=datetime.now(UTC))
                self._seen = seen
                _log.info("signing keys read again", keys=[key.kid for key in self._keys.keys])
            self._refused = False
        except (KeyFileRefused, OSError) as refused:
            if not self._refused:
                _log.error("signing keys cannot be read; those read before stay in force", why=str(refused))
            self._refused = True

    def finding(self) -> Finding:
        """Whether the keys in force are those in the folder."""
        signing = self.current.signing(datetime.now(UTC)).kid
        if self._refused:
            return Finding(ok=False, why=f"a key file is refused (see the log); {signing} signs on")
        return Finding(ok=True)
