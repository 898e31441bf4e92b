"""Does each row follow the one before it? The one check, whether rows come from the table or from an export."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from ledger.audit import GENESIS, Head

Progress = Callable[[int], None]
_ROWS_A_REPORT = 50_000


class Broken(NamedTuple):
    """``seq`` is the first bad row; ``None`` when the rows agree and a head is not ours, or there is nothing at all."""

    seq: int | None
    why: str


class Mark(NamedTuple):
    """A row's hash that somebody else vouches for, and who does."""

    seq: int
    hash: str
    who: str


class Link(NamedTuple):
    """A row as far as the chain is concerned: what it says its hashes are, and the hash that its content gives.

    ``at`` and ``computed`` are None where the content cannot even be hashed.
    """

    seq: int
    at: datetime | None
    previous_hash: str
    hash: str
    computed: str | None


def signed_mark(head: Head, who: str = "the head signed") -> Mark:
    """What a signed head vouches for."""
    return Mark(head.seq, head.hash, f"{who} at {head.at.isoformat()}")


def follow(
    links: Iterable[Link], marks: Sequence[Mark], *, whole: bool = True, progress: Progress | None = None
) -> Head | Broken | None:
    """Follow the rows past all ``marks``; where they end, None where there are none.

    ``whole``: they begin with row 1; else the first one's word is taken for what came before it. ``progress`` is told
    the number of each 50,000th row.
    """
    waiting = deque(sorted(marks, key=lambda mark: mark.seq))
    seq, previous_hash, at = 0, GENESIS, None
    for link in links:
        if not whole and at is None:
            seq, previous_hash = link.seq - 1, link.previous_hash
            if waiting and waiting[0].seq <= seq:
                earlier = waiting[0]
                return Broken(link.seq, f"row {earlier.seq} is not here: {earlier.who} names it, before these rows")
        wrong = _wrong(link, seq + 1, previous_hash)
        if wrong is not None:
            return wrong
        seq, at, previous_hash = link.seq, link.at, link.hash
        while waiting and waiting[0].seq <= seq:
            mark = waiting.popleft()
            if mark.seq == seq and mark.hash != previous_hash:
                return Broken(seq, f"row {seq} has another hash than {mark.who} names")
        if progress is not None and seq % _ROWS_A_REPORT == 0:
            progress(seq)
    if waiting and waiting[0].seq > seq:
        return Broken(seq + 1, f"row {seq + 1} is missing: {waiting[0].who} names row {waiting[0].seq}")
    return None if at is None else Head(seq, previous_hash, at)


def _wrong(link: Link, expected: int, previous_hash: str) -> Broken | None:
    seq = link.seq
    if seq > expected:
        return Broken(expected, f"row {expected} is missing: the next one is {seq}")
    if seq < expected:
        return Broken(seq, f"row {seq} was never written: rows are numbered from 1")
    if link.previous_hash != previous_hash:
        return Broken(seq, f"row {seq} does not follow row {seq - 1}: altered, replaced or reordered")
    if link.at is None or link.computed is None or link.hash != link.computed:
        return Broken(seq, f"row {seq} was altered: its content does not give its hash")
    return None
