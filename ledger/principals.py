"""Who calls: principals, their API keys, and the one api_role of each key."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import Connection, insert, select, update

from ledger.audit import Entry, append
from ledger.pseudonyms import pseudonym, reference
from ledger.tables import api_keys

ApiRole = Literal[
    "orchestrator",
    "pmo",
    "finance",
    "delivery_lead",
    "resource_manager",
    "data_scientist",
    "auditor",
    "consultant",
    "admin",
]
API_ROLES: tuple[ApiRole, ...] = get_args(ApiRole)

_KEY = re.compile(r"bw_([0-9a-f]{16})_([0-9a-f]{64})", re.ASCII)
_NO_SECRET = bytes(32)


@dataclass(frozen=True)
class Principal:
    """Who holds the key ``key_id``, and as what."""

    principal_id: str
    api_role: ApiRole
    key_id: str


def create_key(connection: Connection, *, principal_id: str, api_role: str, now: datetime) -> str:
    """A new key, ``bw_<key_id>_<secret>``: shown once, nobody can read it back. Recorded as ``key_created``.

    Only a SHA-256 of the secret is kept. A slow hash protects secrets that people choose, by making each guess dear;
    this one is 256 random bits, which nobody guesses, and a slow hash would only make each call slow.

    Raises:
        ValueError: ``api_role`` is not one of ``API_ROLES``, or ``principal_id`` is blank.
    """
    if api_role not in API_ROLES:
        raise ValueError(f"api_role: expected one of {', '.join(API_ROLES)}, got {api_role!r}")
    if not principal_id.strip():
        raise ValueError("principal_id: expected a name, got a blank")
    key_id, secret = secrets.token_hex(8), secrets.token_hex(32)
    connection.execute(
        insert(api_keys).values(
            key_id=key_id, principal_id=principal_id, api_role=api_role, secret_hash=_hash(secret), created_at=now
        )
    )
    named = pseudonym(reference(connection, principal_id), principal_id)
    payload = {"key_id": key_id, "api_role": api_role, "principal": named}
    append(connection, [Entry("key_created", payload)], now=now)
    return f"bw_{key_id}_{secret}"


def principal_of(connection: Connection, key: str) -> Principal | None:
    """Whose key this is; ``None`` when it is malformed, unknown, revoked, or its secret is wrong.

    Takes the same steps for an unknown key id as for a known one, and compares in constant time.
    """
    parts = _KEY.fullmatch(key)
    if parts is None:
        return None
    key_id, secret = parts.groups()
    found = connection.execute(select(api_keys).where(api_keys.c.key_id == key_id)).first()
    matches = hmac.compare_digest(_hash(secret), found.secret_hash if found else _NO_SECRET)
    if found is None or not matches or found.revoked_at is not None:
        return None
    return Principal(found.principal_id, found.api_role, found.key_id)


def revoke_key(connection: Connection, key_id: str, *, now: datetime) -> bool:
    """Make a key useless from now on, recorded as ``key_revoked``; ``False`` when no such key was in use."""
    in_use = (api_keys.c.key_id == key_id) & api_keys.c.revoked_at.is_(None)
    revoked = connection.execute(update(api_keys).where(in_use).values(revoked_at=now).returning(api_keys.c.key_id))
    if revoked.first() is None:
        return False
    append(connection, [Entry("key_revoked", {"key_id": key_id})], now=now)
    return True


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
