"""Persons in the audit chain: named by a keyed hash, with a key of each person's own.

Erase the key, and what the chain says about the person can no longer be tied to anybody, and yet every row verifies.
"""

import hashlib
import hmac
import os
from collections.abc import Collection

from sqlalchemy import Connection, text

_KEY_BYTES = 32


def references(connection: Connection, person_ids: Collection[str]) -> dict[str, bytes]:
    """The key of each person, made for those who have none yet.

    One round trip when all are known, two more at the first sight of some. New keys lock nobody out, but another
    process that meets the same new person waits for this transaction to end: keep it short.
    """
    wanted = sorted(set(person_ids))  # one order for all processes, so that two that insert never wait for each other
    found = _known(connection, wanted)
    missing = [person_id for person_id in wanted if person_id not in found]
    if missing:
        made = {"ids": missing, "keys": [os.urandom(_KEY_BYTES) for _ in missing]}
        connection.execute(_INSERT, made)
        found |= _known(connection, missing)
    return found


def reference(connection: Connection, person_id: str) -> bytes:
    """The key of one person; see `references`."""
    return references(connection, [person_id])[person_id]


def pseudonym(key: bytes, text: str) -> str:
    """HMAC-SHA256 of ``text`` under a person's key, in hex: one text, one name, as long as the key lives."""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def erase(connection: Connection, person_id: str) -> bool:
    """Forget the person's key for good; ``False`` when there was none. Should the person return, a new key is made."""
    erased = connection.execute(
        text("DELETE FROM person_keys WHERE person_id = :person_id RETURNING person_id"), {"person_id": person_id}
    )
    return erased.first() is not None


def _known(connection: Connection, person_ids: list[str]) -> dict[str, bytes]:
    found = connection.execute(_SELECT, {"ids": person_ids})
    return {row.person_id: bytes(row.key) for row in found}


_SELECT = text("SELECT person_id, key FROM person_keys WHERE person_id = ANY(:ids)")
_INSERT = text("""
    INSERT INTO person_keys (person_id, key)
    SELECT person_id, key FROM unnest(CAST(:ids AS text[]), CAST(:keys AS bytea[])) AS made (person_id, key)
    ON CONFLICT DO NOTHING
""")
