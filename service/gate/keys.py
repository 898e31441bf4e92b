"""The Ed25519 keys that sign tokens, and which of them signs and which are published at an instant.

Rotation overlaps both ways. A new key is published at once and signs ``SETTLING`` later, so that an engine that keeps
the JWKS as long as it may has it before it meets the first token. An old one is published until the last token that it
can have signed has expired.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from joserfc.jwk import OKPKey

from service.gate.workflow import LONGEST_VALIDITY

SETTLING = timedelta(minutes=15)
JWKS_KEPT = timedelta(minutes=5)
"""How long an engine may keep the JWKS before it asks again; shorter than a new key settles."""


class KeyFileRefused(Exception):
    """A key file that must not be used. The message says how to put it right."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One key and when it was written. Its ``kid`` is its RFC 7638 thumbprint."""

    key: OKPKey
    written_at: datetime

    @property
    def kid(self) -> str:
        return self.key.thumbprint()


@dataclass(frozen=True, slots=True)
class SigningKeys:
    """All keys there are, at least one, the newest first."""

    keys: tuple[SigningKey, ...]

    def signing(self, at: datetime) -> SigningKey:
        """The key that signs: the newest that has settled, or the oldest where none has."""
        return next((key for key in self.keys if key.written_at + SETTLING <= at), self.keys[-1])

    def published_until(self, key: SigningKey) -> datetime | None:
        """When the last token that the key can have signed has expired; None for the newest.

        A key signs until the next one has settled, whenever it began to.
        """
        place = self.keys.index(key)
        return None if place == 0 else self.keys[place - 1].written_at + SETTLING + LONGEST_VALIDITY

    def published(self, at: datetime) -> tuple[SigningKey, ...]:
        """The keys by which a token that is valid now can have been signed, and those that will sign next."""
        return tuple(key for key in self.keys if (until := self.published_until(key)) is None or at < until)

    def jwks(self, at: datetime) -> dict[str, list[dict[str, Any]]]:
        """The public halves of the published keys as a JWK set, for ``/.well-known/jwks.json``."""
        return {"keys": [key.key.as_dict(private=False) for key in self.published(at)]}
