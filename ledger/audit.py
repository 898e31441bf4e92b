"""The audit chain: each row's hash covers the row before it, so that no row can change, vanish or move unseen."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, text

from ledger.errors import ChainBrokenError
from ledger.names import names

GENESIS = "0" * 64
"""The hash that the first row follows."""


@dataclass(frozen=True)
class Entry:
    """Something that happened and is to be recorded.

    ``payload`` holds what JSON can hold, with text keys. A person's id enters it only as a pseudonym
    (``ledger.pseudonyms``), a principal's the same way.
    """

    kind: str
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class Head:
    """How far a chain reaches: the number and the hash of its last row, and when that row was written."""

    seq: int
    hash: str
    at: datetime


@dataclass(frozen=True)
class Row:
    """A row of the chain as it is stored; ``payload`` is the canonical JSON text that was hashed."""

    seq: int
    at: datetime
    kind: str
    payload: str
    previous_hash: str
    hash: str

    @property
    def head(self) -> Head:
        return Head(self.seq, self.hash, self.at)


def append(connection: Connection, entries: Sequence[Entry], *, now: datetime) -> tuple[Row, ...]:
    """Append ``entries``, in order, inside the caller's transaction; two round trips however many they are.

    The head's lock is held from here to the caller's commit, and everybody else's append waits for it: do all other
    work first and commit at once. The transaction must be READ COMMITTED, which is PostgreSQL's default.

    Raises:
        ValueError: ``now`` has no zone, or a payload holds NaN or an infinity.
        TypeError: a payload holds what JSON cannot.
        ChainBrokenError: the table has no head to append to.
    """
    if now.tzinfo is None:
        raise ValueError("now: expected an instant with a zone")
    payloads = [canonical(entry.payload) for entry in entries]
    if not entries:
        return ()
    end = connection.execute(text("SELECT seq, hash FROM audit_head FOR UPDATE")).first()
    if end is None:
        raise ChainBrokenError(None, "audit_head is empty")
    rows = _chained(end.seq, end.hash, entries, payloads, now.astimezone(UTC))
    connection.execute(
        _INSERT,
        {
            "at": now,
            "seqs": [row.seq for row in rows],
            "kinds": [row.kind for row in rows],
            "payloads": [row.payload for row in rows],
            "names": [f"{{{','.join(map(str, names(row.payload)))}}}" for row in rows],
            "previous": [row.previous_hash for row in rows],
            "hashes": [row.hash for row in rows],
            "last_seq": rows[-1].seq,
            "last_hash": rows[-1].hash,
        },
    )
    return rows


def head(connection: Connection) -> Head | None:
    """Where the chain ends in the eyes of this transaction; ``None`` while it is empty."""
    end = connection.execute(
        text("SELECT seq, hash, at FROM audit WHERE seq = (SELECT max(seq) FROM audit_head)")  # one index look-up
    ).first()
    return None if end is None else Head(end.seq, end.hash, end.at)


def canonical(value: Any) -> str:
    """``value`` as JSON: keys sorted, no spaces, ASCII with escapes, floats as Python's shortest exact form.

    Equal values give equal text, and the text is what is stored and hashed. It is not RFC 8785: that form would also
    need JavaScript's number format, which nothing here reads.

    Raises:
        ValueError: a NaN or an infinity, for which JSON has no word.
        TypeError: an object that JSON cannot hold.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def row_hash(previous_hash: str, *, seq: int, at: datetime, kind: str, payload: str) -> str:
    """SHA-256 in hex over ``previous_hash`` followed by the canonical JSON of ``{at, kind, payload, seq}``.

    ``payload`` is canonical JSON already and goes in as it is, so that checking a row never parses it. ``at`` is
    written in UTC with microseconds, as PostgreSQL keeps it. By hand: ``printf '%s' "$PREVIOUS$JSON" | sha256sum``.
    """
    return hashlib.sha256(f"{previous_hash}{row_text(seq=seq, at=at, kind=kind, payload=payload)}".encode()).hexdigest()


def row_text(*, seq: int, at: datetime | None, kind: str, payload: str) -> str:
    """A row as the JSON that is hashed behind the previous row's hash; ``at`` is null where it is no instant at all."""
    stamp = "null" if at is None else f'"{at.astimezone(UTC).isoformat(timespec="microseconds")}"'
    return f'{{"at":{stamp},"kind":{_quoted(kind)},"payload":{payload},"seq":{seq}}}'


@lru_cache(maxsize=256)  # kinds are few, and checking a long chain quotes them once a row
def _quoted(kind: str) -> str:
    return json.dumps(kind)


def _chained(
    seq: int, previous_hash: str, entries: Sequence[Entry], payloads: Sequence[str], at: datetime
) -> tuple[Row, ...]:
    rows = []
    for number, (entry, payload) in enumerate(zip(entries, payloads, strict=True), start=seq + 1):
        own_hash = row_hash(previous_hash, seq=number, at=at, kind=entry.kind, payload=payload)
        rows.append(Row(number, at, entry.kind, payload, previous_hash, own_hash))
        previous_hash = own_hash
    return tuple(rows)


_INSERT = text("""
    WITH moved AS (UPDATE audit_head SET seq = :last_seq, hash = :last_hash)
    INSERT INTO audit (seq, at, kind, payload, previous_hash, hash, names)
    SELECT seq, :at, kind, payload, previous_hash, hash, CAST(names AS bigint[])
    FROM unnest(
        CAST(:seqs AS bigint[]), CAST(:kinds AS text[]), CAST(:payloads AS text[]),
        CAST(:previous AS text[]), CAST(:hashes AS text[]), CAST(:names AS text[])
    ) AS appended (seq, kind, payload, previous_hash, hash, names)
""")
