"""Clauses that somebody should read before the work begins."""

import re
from typing import Literal

from models.sow.lines import Found
from models.sow.passages import Passages

RedFlag = Literal[
    "unlimited_liability", "penalties", "acceptance_without_date", "ip_assignment", "most_favoured_rates",
    "termination_for_convenience", "pay_when_paid",
]  # fmt: skip

_CLAUSES: dict[RedFlag, str] = {
    "unlimited_liability": r"unlimited\s+liability|liab(?:le|ility)\b[^.;]{0,40}\b(?:without\s+(?:any\s+)?limit(?:ation)?|shall\s+be\s+"
    r"unlimited|is\s+unlimited|(?:shall|will)\s+not\s+be\s+(?:limited|capped))|no\s+(?:cap|limitation)\s+(?:on|of)\s+liability|"
    r"haftet\s+(?:\w+\s+){0,3}unbeschränkt|unbeschränkte\s+haftung",
    "penalties": r"liquidated\s+damages|penalt(?:y|ies)\s+(?:of|for|clause|shall|will|in\s+the)|(?:late|delay)\s+(?:delivery\s+)?penalt(?:y|ies)|"
    r"service\s+level\s+credits?|vertragsstrafe\w*|pönale",
    "acceptance_without_date": r"accept(?:ance|ed)\b[^.;]{0,60}\b(?:sole|absolute)\s+(?:discretion|satisfaction)|"
    r"until\s+(?:the\s+)?(?:client|customer|buyer)\s+(?:is\s+(?:fully\s+)?satisfied|accepts)|acceptance\s+(?:at\s+any\s+time|has\s+no\s+time\s+limit)|"
    r"abnahme\b[^.;]{0,60}\b(?:freien\s+ermessen|ohne\s+frist)",
    "ip_assignment": r"(?:assigns?|assignment\s+of|transfers?)\b[^.;]{0,80}\b(?:intellectual\s+property|copyrights?|all\s+rights?,?\s+title)|"
    r"work(?:s)?[\s-]+(?:made[\s-]+)?for[\s-]+hire|(?:sole\s+and\s+)?exclusive\s+property\s+of\s+(?:the\s+)?(?:client|customer|buyer|government)|"
    r"überträgt\b[^.;]{0,80}\b(?:urheber|nutzungs)rechte|ausschließliche\w*\s+nutzungsrecht\w*",
    "most_favoured_rates": r"most[\s-]+favou?red(?:[\s-]+(?:customer|nation|client))?|(?:rates?|prices?)\b[^.;]{0,60}\b(?:no\s+less\s+favou?rable|"
    r"lowest\s+(?:rates?|prices?)|best\s+(?:rates?|prices?)\s+(?:offered|given))|meistbegünstigung\w*",
    "termination_for_convenience": r"terminat\w+\b[^.;]{0,60}\bfor\s+(?:its\s+|their\s+)?convenience|terminat\w+\b[^.;]{0,60}\b(?:at\s+any\s+time|"
    r"without\s+cause)|jederzeit\s+(?:ohne\s+angabe\s+von\s+gründen\s+)?(?:kündigen|kündbar)",
    "pay_when_paid": r"pay[\s-]+(?:when|if)[\s-]+paid|(?:paid|payment|pay)\b[^.;]{0,80}\b(?:only\s+)?(?:after|when|once|upon|if)\s+(?:the\s+)?"
    r"(?:client|customer|buyer|prime(?:\s+contractor)?|contractor)\b[^.;]{0,40}\b(?:receiv\w+\s+payment|has\s+been\s+paid|is\s+paid)",
}
_PATTERNS = {kind: re.compile(rf"\b(?:{words})", re.IGNORECASE) for kind, words in _CLAUSES.items()}
_DENIED = re.compile(r"\b(?:no|not|neither|without|waives?|kein\w*|nicht)\s+(?:\w+\s+){0,4}$", re.IGNORECASE)
_STILL_MEANT = frozenset({"unlimited_liability"})
"""Clauses whose wording holds the denial itself."""


def red_flags(passages: Passages) -> list[Found]:
    """The first two places of each kind of clause, in the document's order. A clause that is denied is none."""
    found = []
    for kind, pattern in _PATTERNS.items():
        here = [
            passages.place(seen, kind)
            for seen in passages.search(pattern)
            if kind in _STILL_MEANT
            or not _DENIED.search(seen[0].string[max(0, seen[0].start() - 40) : seen[0].start()])
        ]
        found += here[:2]
    return sorted(found, key=lambda each: (each.page, each.line))
