"""How the work is billed: at a fixed price, by time and materials, or as a retainer."""

import re

from models.sow.lines import Found
from models.sow.passages import Passages

_KINDS = {
    "fixed_price": r"(?:firm[\s-]+)?fixed[\s-]+(?:price|fee)|lump[\s-]sum|festpreis\w*|pauschalpreis\w*",
    "time_and_materials": r"time[\s-]+(?:and|&)[\s-]+materials?|\bT\s?&\s?M\b|nach\s+(?:tatsächlichem\s+)?aufwand|"
    r"aufwandsbasiert\w*",
    "retainer": r"\bretainer\b|fixed\s+monthly\s+fee|monthly\s+(?:flat\s+)?fee\s+of|monatliche\w*\s+pauschale",
}
_PATTERNS = {kind: re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE) for kind, words in _KINDS.items()}
_NOT = re.compile(r"\b(?:not?|nor|neither|instead\s+of|rather\s+than|kein\w*|nicht)\b[^.;]{0,30}$", re.IGNORECASE)
_OTHERWISE = re.compile(
    r"\b(?:change\s+requests?|additional\s+(?:work|services)|änderungs\w+|zusatzleistung\w*)\b[^.]{0,60}$",
    re.IGNORECASE,
)


def billing(passages: Passages) -> list[Found]:
    """Where a kind of billing stands. What is denied, or said of additional work, is not counted."""
    found = []
    for kind, pattern in _PATTERNS.items():
        for seen in passages.search(pattern):
            match, _ = seen
            before = match.string[max(0, match.start() - 80) : match.start()]
            if not _NOT.search(before) and not _OTHERWISE.search(before):
                found.append(passages.place(seen, kind))
    return found
