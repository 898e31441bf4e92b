"""Is the audit chain whole? Reads every row, and every signed head."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from ledger.audit import GENESIS, Head, row_hash
from ledger.chain import Broken, Link, Mark, Progress, follow, signed_mark
from ledger.heads import Heads
from ledger.names import names

__all__ = ["Broken", "Verified", "verify"]

_ROWS_A_FETCH = 5_000


@dataclass(frozen=True)
class Verified:
    """The chain is whole. ``witnessed`` is the last row that a signed head vouches for: rows after it, which only a
    crash leaves, could be cut unseen."""

    rows: int
    head: Head | None
    witnessed: int


def verify(
    connection: Connection, heads: Heads, *, kept: Sequence[Head] = (), progress: Progress | None = None
) -> Verified | Broken:
    """Check the chain from its first row, while others may go on writing it.

    ``kept`` are heads that were saved elsewhere: the chain must contain them, too. Load ``heads`` before the
    connection's transaction begins: a head saved later can be ahead of what it sees. Of a forgery that recomputes all
    hashes after the forged row, the row named is the first one with a signed head.
    """
    promised = _end(connection)
    if promised is None:
        return Broken(None, "audit_head has no row")
    marks = [promised, *map(signed_mark, heads.signed), *(signed_mark(head, "the kept head signed") for head in kept)]
    last = follow(_links(connection), marks, progress=progress)
    if isinstance(last, Broken):
        return last
    wrong = _past_the_end(connection, last)
    if wrong is not None:
        return wrong
    if heads.unsigned:
        return Broken(None, f"head file {heads.unsigned[0]} is not signed with this home's key")
    furthest = max((head.seq for head in (*heads.signed, *kept)), default=0)
    return Verified(last.seq if last else 0, last, furthest)


def _past_the_end(connection: Connection, last: Head | None) -> Broken | None:
    """What is wrong where audit_head stands behind the rows that were read, or beside them."""
    seq, reached = (last.seq, last.hash) if last else (0, GENESIS)
    now = _end(connection)
    if now is None or now.seq < seq or (now.seq == seq and now.hash != reached):
        return Broken(seq, f"row {seq} ends the table, and audit_head says otherwise")
    return None


def _links(connection: Connection) -> Iterator[Link]:
    with connection.execute(_ROWS, execution_options={"yield_per": _ROWS_A_FETCH}) as rows:
        for row in rows:
            computed = None
            if row.at is not None and row.names == names(row.payload):
                computed = row_hash(row.previous_hash, seq=row.seq, at=row.at, kind=row.kind, payload=row.payload)
            yield Link(row.seq, row.at, row.previous_hash, row.hash, computed)


def _end(connection: Connection) -> Mark | None:
    end = connection.execute(text("SELECT seq, hash FROM audit_head")).first()
    return None if end is None else Mark(end.seq, end.hash, "audit_head")


_ROWS = text("""
    SELECT seq, kind, payload, previous_hash, hash, names,
           CASE WHEN at >= '0001-01-02Z' AND at < '9999-12-31Z' THEN at END AS at
    FROM audit
    ORDER BY seq
""")
"""An instant that Python cannot hold, which only a hand in the table can have put there, comes as null."""
