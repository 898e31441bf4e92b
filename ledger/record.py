"""The way to write the audit chain: one transaction, its commit, then the signed head."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from ledger import audit, heads, witness
from ledger.audit import Entry, Row


@contextmanager
def transaction(engine: Engine, home: Path) -> Iterator[Connection]:
    """A transaction whose audit rows are followed by a signed head once it is committed; rolled back on any exception.

    Append last: the chain's lock is held until the commit. For many entries a second, gather them and append once.

    Raises:
        ChainBrokenError: the table contradicts what was signed; nothing is committed.
    """
    with engine.begin() as connection:
        yield connection
        witness.confirm(connection, home)
        reached = audit.head(connection)
    if reached is not None:
        heads.save(home, reached)


def record(engine: Engine, home: Path, entries: Sequence[Entry], *, now: datetime) -> tuple[Row, ...]:
    """Append ``entries`` in a transaction of their own.

    Raises:
        ChainBrokenError: see ``transaction``; ``ValueError`` and ``TypeError``: see ``ledger.audit.append``.
    """
    with transaction(engine, home) as connection:
        return audit.append(connection, entries, now=now)
