"""Every way to tamper with the audit chain that we know of, each with the row that verification has to name.

For tests and benchmarks: `grown` makes a chain, `tampered` does each thing to it and takes it back again. The chain is
vouched for by two signed heads: one halfway, that was kept elsewhere, and the one in the home, at the last row.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from ledger import heads
from ledger.audit import GENESIS, Entry, Head, append, row_hash
from ledger.record import transaction
from ledger.verify import Broken, Verified, verify

NOW = datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=UTC)
_A_BATCH = 1_000
_CELLS = {
    "at": "at + interval '1 microsecond'",
    "kind": "kind || 's'",
    "payload": "replace(payload, '\"n\"', '\"m\"')",
    "previous_hash": "md5(previous_hash) || md5(hash)",
    "hash": "md5(previous_hash) || md5(hash)",
    "names": "names || 7",
}


@dataclass(frozen=True)
class Chain:
    """A chain of ``rows`` rows, and the head halfway that somebody kept."""

    engine: Engine
    home: Path
    rows: int
    kept: Head


@dataclass(frozen=True)
class Tampering:
    """Something done to the table. ``do`` is given where (a row), and ``names`` says which row has to be named."""

    name: str
    do: Callable[[Connection, int], None]
    names: Callable[[Chain, int], int]


@dataclass(frozen=True)
class Found:
    """What came of one tampering: the row that had to be named, and the one that was (None: nothing was found)."""

    name: str
    at: int
    expected: int
    got: int | None
    why: str


def grown(engine: Engine, home: Path, rows: int) -> Chain:
    """A chain of ``rows`` rows, at least 20, in an empty database."""
    halfway, kept = rows // 2, None
    with transaction(engine, home) as connection:
        for start in range(1, rows + 1, _A_BATCH):
            numbers = range(start, min(start + _A_BATCH, rows + 1))
            for row in append(connection, [Entry("answer", _payload(number)) for number in numbers], now=NOW):
                kept = row.head if row.seq == halfway else kept
    assert kept is not None
    return Chain(engine, home, rows, kept)


def tampered(chain: Chain) -> Iterator[Found]:
    """Does each thing at the start, before and after the middle and near the end, and what was found of it."""
    with chain.engine.connect() as connection:
        for tampering in TAMPERINGS:
            for at in (1, chain.kept.seq - 1, chain.kept.seq + 2, chain.rows - 2):
                tampering.do(connection, at)
                found = verify(connection, heads.load(chain.home), kept=[chain.kept])
                connection.rollback()
                named, why = (found.seq, found.why) if isinstance(found, Broken) else (None, "")
                yield Found(tampering.name, at, tampering.names(chain, at), named, why)


def rows_a_second(chain: Chain) -> float:
    """How fast the untouched chain is verified."""
    signed = heads.load(chain.home)
    with chain.engine.connect() as connection:
        started = time.perf_counter()
        found = verify(connection, signed, kept=[chain.kept])
        seconds = time.perf_counter() - started
    assert isinstance(found, Verified)
    return found.rows / seconds


def forge(connection: Connection, seq: int) -> None:
    """Alters a row and recomputes all hashes from it on, and the head's: what somebody with this code can do."""
    alter("payload")(connection, seq)
    rehash(connection, seq)


def rehash(connection: Connection, seq: int, count: int | None = None) -> None:
    """Recomputes the hashes of ``count`` rows from ``seq`` on; of all of them, the head's too, where none is given."""
    before = connection.execute(text("SELECT hash FROM audit WHERE seq = :seq"), {"seq": seq - 1}).scalar() or GENESIS
    rows = connection.execute(
        text("SELECT * FROM audit WHERE seq >= :seq ORDER BY seq LIMIT :count"), {"seq": seq, "count": count}
    ).all()
    changed = []
    for row in rows:
        own = row_hash(before, seq=row.seq, at=row.at, kind=row.kind, payload=row.payload)
        changed.append({"seq": row.seq, "previous": before, "own": own})
        before = own
    connection.execute(text("UPDATE audit SET previous_hash = :previous, hash = :own WHERE seq = :seq"), changed)
    if count is None:
        connection.execute(text("UPDATE audit_head SET hash = :hash"), {"hash": before})


def alter(cell: str) -> Callable[[Connection, int], None]:
    """Changes one cell of a row."""
    return _statements(f"UPDATE audit SET {cell} = {_CELLS[cell]} WHERE seq = :seq")


def _statements(*statements: str) -> Callable[[Connection, int], None]:
    def do(connection: Connection, seq: int) -> None:
        for statement in statements:
            connection.execute(text(statement), {"seq": seq})

    return do


def _forge_alone(connection: Connection, seq: int) -> None:
    alter("payload")(connection, seq)
    rehash(connection, seq, 1)


def _insert_chained(connection: Connection, seq: int) -> None:
    _INSERT(connection, seq)
    rehash(connection, seq + 1)


def _itself(_chain: Chain, at: int) -> int:
    return at


def _next(_chain: Chain, at: int) -> int:
    return at + 1


def _witness(chain: Chain, at: int) -> int:
    """The first signed head at or after the row."""
    return chain.kept.seq if at <= chain.kept.seq else chain.rows


def _payload(number: int) -> dict[str, object]:
    return {"n": number, "answer_id": f"{number:08x}-0000-4000-8000-{number:012x}", "probability": 1 / number}


_INSERT = _statements(
    "UPDATE audit SET seq = -seq - 1 WHERE seq > :seq",
    "UPDATE audit SET seq = -seq WHERE seq < 0",
    """INSERT INTO audit (seq, at, kind, payload, previous_hash, hash, names)
       SELECT seq + 1, at, kind, payload, previous_hash, hash, names FROM audit WHERE seq = :seq""",
    "UPDATE audit_head SET seq = seq + 1",
)

TAMPERINGS = (
    *(Tampering(f"{cell} altered", alter(cell), _itself) for cell in _CELLS),
    Tampering("number altered", _statements("UPDATE audit SET seq = 1000000000 + seq WHERE seq = :seq"), _itself),
    Tampering("deleted", _statements("DELETE FROM audit WHERE seq = :seq"), _itself),
    Tampering(
        "two rows swapped",
        _statements(
            "UPDATE audit SET seq = -seq WHERE seq IN (:seq, :seq + 1)",
            "UPDATE audit SET seq = 2 * :seq + 1 + seq WHERE seq < 0",
        ),
        _itself,
    ),
    Tampering(
        "cut at the end",
        _statements(
            "DELETE FROM audit WHERE seq > :seq",
            "UPDATE audit_head SET seq = :seq, hash = (SELECT hash FROM audit WHERE seq = :seq)",
        ),
        _next,
    ),
    Tampering("forged, its own hash recomputed", _forge_alone, _next),
    Tampering("forged, all later hashes recomputed", forge, _witness),
    Tampering("inserted", _INSERT, _next),
    Tampering("inserted, all later hashes recomputed", _insert_chained, lambda chain, at: _witness(chain, at + 1)),
)
