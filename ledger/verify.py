"""Is the audit chain whole? Reads every row, and every signed head."""

from collections import deque
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, text

from ledger.audit import GENESIS, Head, row_hash
from ledger.heads import Heads

_ROWS_A_FETCH = 5_000


@dataclass(frozen=True)
class Verified:
    """The chain is whole. ``witnessed`` is the last row that a signed head vouches for: rows after it, which only a
    crash leaves, could be cut unseen."""

    rows: int
    head: Head | None
    witnessed: int


@dataclass(frozen=True)
class Broken:
    """``seq`` is the first bad row; ``None`` when the rows agree and a head file itself is not ours."""

    seq: int | None
    why: str


def verify(connection: Connection, heads: Heads) -> Verified | Broken:
    """Check the chain from its first row, while others may go on writing it.

    Load ``heads`` before the connection's transaction begins: a head saved later can be ahead of what it sees. Of a
    forgery that recomputes all hashes after the forged row, the row named is the first one with a signed head.
    """
    promised = _end(connection)
    if promised is None:
        return Broken(None, "audit_head has no row")
    known = [promised, *((head.seq, head.hash, _signed(head)) for head in heads.signed)]
    expected = sorted(known, key=lambda mark: mark[0])
    last = _walk(connection, expected)
    if isinstance(last, Broken):
        return last
    if heads.unsigned:
        return Broken(None, f"head file {heads.unsigned[0]} is not signed with this home's key")
    furthest = heads.furthest
    return Verified(last.seq if last else 0, last, furthest.seq if furthest else 0)


def _walk(connection: Connection, expected: list[tuple[int, str, str]]) -> Head | Broken | None:
    """Follow the rows past all the marks ``(seq, hash, who names it)``, which are sorted by ``seq``."""
    marks = deque(expected)
    seq, previous_hash, at = 0, GENESIS, None
    with connection.execute(_ROWS, execution_options={"yield_per": _ROWS_A_FETCH}) as rows:
        for row in rows:
            wrong = _wrong(row, seq + 1, previous_hash)
            if wrong is not None:
                return wrong
            seq, at, previous_hash = row.seq, row.at, row.hash
            while marks and marks[0][0] <= seq:
                at_seq, named_hash, who = marks.popleft()
                if at_seq == seq and named_hash != previous_hash:
                    return Broken(seq, f"row {seq} has another hash than {who} names")
    if marks and marks[0][0] > seq:
        return Broken(seq + 1, f"row {seq + 1} is missing: {marks[0][2]} names row {marks[0][0]}")
    now = _end(connection)
    if now is None or now[0] < seq or (now[0] == seq and now[1] != previous_hash):
        return Broken(seq, f"row {seq} ends the table, and audit_head says otherwise")
    return None if at is None else Head(seq, previous_hash, at)


def _wrong(row: sa.Row[Any], expected: int, previous_hash: str) -> Broken | None:
    seq = row.seq
    if seq > expected:
        return Broken(expected, f"row {expected} is missing: the next one is {seq}")
    if seq < expected:
        return Broken(seq, f"row {seq} was never written: rows are numbered from 1")
    if row.previous_hash != previous_hash:
        return Broken(seq, f"row {seq} does not follow row {seq - 1}: altered, replaced or reordered")
    if row.at is None or row.hash != row_hash(previous_hash, seq=seq, at=row.at, kind=row.kind, payload=row.payload):
        return Broken(seq, f"row {seq} was altered: its content does not give its hash")
    return None


def _end(connection: Connection) -> tuple[int, str, str] | None:
    end = connection.execute(text("SELECT seq, hash FROM audit_head")).first()
    return None if end is None else (end.seq, end.hash, "audit_head")


def _signed(head: Head) -> str:
    return f"the head signed at {head.at.isoformat()}"


_ROWS = text("""
    SELECT seq, kind, payload, previous_hash, hash,
           CASE WHEN at >= '0001-01-02Z' AND at < '9999-12-31Z' THEN at END AS at
    FROM audit
    ORDER BY seq
""")
"""An instant that Python cannot hold, which only a hand in the table can have put there, comes as null."""
