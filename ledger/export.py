"""The audit chain as a file: written line by line, put on record, and checked by anybody without the database."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from ledger.audit import Entry, Head
from ledger.chain import Broken, Link, Mark, Progress, follow
from ledger.reading import Span, Wanted, line_start

EXPORTED = "audit_exported"


class Checked(NamedTuple):
    """An export that is whole from row ``first`` to ``last``. ``whole``: it begins with the chain's first row."""

    first: int
    last: Head

    @property
    def whole(self) -> bool:
        return self.first == 1


class _Unreadable(Exception):
    """A line that is no row of an export."""


def export_entry(span: Span, wanted: Wanted, principal: str | None) -> Entry:
    """What is put on record of an export: who (a pseudonym), which rows, and the hash that stands for their content."""
    return Entry(
        EXPORTED,
        {
            "principal": principal,
            "rows": span.rows,
            "first": span.first,
            "last": span.last.seq,
            "last_hash": span.last.hash,
            "kind": wanted.kind,
            "since": None if wanted.since is None else wanted.since.isoformat(),
            "until": None if wanted.until is None else wanted.until.isoformat(),
            "by_name": bool(wanted.names),
        },
    )


def check(lines: Iterable[str], marks: Sequence[Mark], *, progress: Progress | None = None) -> Checked | Broken:
    """Is an export whole, and does it hold what ``marks`` vouch for? Needs nothing but the lines.

    Without a mark at or after its last row, only this is known: nobody has altered it who did not recompute all later
    hashes.
    """
    reader = _Reader(lines)
    try:
        last = follow(reader.links(), marks, whole=False, progress=progress)
    except _Unreadable as unreadable:
        return Broken(reader.expected, f"line {reader.line} is no row of an export: {unreadable}")
    if last is None:
        return Broken(None, "the export holds no row")
    return last if isinstance(last, Broken) else Checked(reader.first, last)


class _Reader:
    """Lines to links, and where it stands."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = lines
        self.line = self.first = 0
        self.expected: int | None = None

    def links(self) -> Iterator[Link]:
        for line in self._lines:
            self.line += 1
            link = _link(line.rstrip("\r\n"))
            self.first = self.first or link.seq
            self.expected = link.seq + 1
            yield link


def _link(line: str) -> Link:
    """A line as a link of the chain; what is hashed is what stands in the line, to the byte."""
    try:
        document = json.loads(line)
        own_hash, previous_hash, row = document["hash"], document["previous_hash"], document["row"]
        seq, at = row["seq"], row["at"]
        start = line_start(own_hash, previous_hash)
        if type(seq) is not int or not line.startswith(start):
            raise _Unreadable("it is written in another way")
        content = line[len(start) : -1]
        computed = hashlib.sha256(f"{previous_hash}{content}".encode()).hexdigest()
        return Link(seq, None if at is None else datetime.fromisoformat(at), previous_hash, own_hash, computed)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _Unreadable(type(error).__name__) from None
