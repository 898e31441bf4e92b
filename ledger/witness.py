"""Before a process moves its signed head forward, it proves that what it signed before is still in the table.

Without this, somebody could cut the last rows, let a running service append new ones in their place, and have it
overwrite its own evidence.
"""

from pathlib import Path

from sqlalchemy import Connection, text

from ledger import heads
from ledger.audit import Head
from ledger.errors import ChainBrokenError


def confirm(connection: Connection, home: Path) -> None:
    """Raise ``ChainBrokenError`` when a signed head contradicts the table; one indexed read.

    The first time in a process it looks at the files of all writers, dead ones too, and clears away those that another
    one supersedes, so that they do not pile up; after that, at what this process signed last.
    """
    own = heads.last(home)
    if own is not None:
        _require(connection, (own,))
        return
    saved = heads.load(home)
    if saved.unsigned:
        raise ChainBrokenError(None, f"head file {saved.unsigned[0]} is not signed with this home's key")
    _require(connection, saved.signed)
    heads.prune(home)


def _require(connection: Connection, signed: tuple[Head, ...]) -> None:
    if not signed:
        return
    found = connection.execute(
        text("SELECT seq, hash FROM audit WHERE seq = ANY(:seqs)"), {"seqs": [head.seq for head in signed]}
    )
    hashes = {row.seq: row.hash for row in found}
    for head in sorted(signed, key=lambda head: head.seq):
        if hashes.get(head.seq) != head.hash:
            what = "differs from" if head.seq in hashes else "is missing, against"
            raise ChainBrokenError(head.seq, f"row {head.seq} {what} the head signed at {head.at.isoformat()}")
