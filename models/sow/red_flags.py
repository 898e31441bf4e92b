"""Clauses that somebody should read before the work begins."""

import re
from typing import Literal

from models.sow.lines import Found
from models.sow.passages import Passages
from models.sow.wording import wordings

RedFlag = Literal[
    "unlimited_liability", "penalties", "acceptance_without_date", "ip_assignment", "most_favoured_rates",
    "termination_for_convenience", "pay_when_paid",
]  # fmt: skip

_DENIED = re.compile(r"\b(?:no|not|neither|without|waives?|kein\w*|nicht)\s+(?:\w+\s+){0,4}$", re.IGNORECASE)
_STILL_MEANT = frozenset({"unlimited_liability"})
"""Clauses whose wording holds the denial itself."""


def red_flags(passages: Passages) -> list[Found]:
    """The first two places of each kind of clause, in the document's order. A clause that is denied is none."""
    found = []
    for kind, pattern in wordings("red_flags").items():
        here = [
            passages.place(seen, kind)
            for seen in passages.search(pattern)
            if kind in _STILL_MEANT
            or not _DENIED.search(seen[0].string[max(0, seen[0].start() - 40) : seen[0].start()])
        ]
        found += here[:2]
    return sorted(found, key=lambda each: (each.page, each.line))
