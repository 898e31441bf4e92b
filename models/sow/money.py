"""Amounts as documents write them, and what the whole of the work is worth."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.sow.lines import Found, Line
from models.sow.passages import label

_SIGNS = {"$": "USD", "us$": "USD", "€": "EUR", "£": "GBP", "eur": "EUR", "euro": "EUR", "usd": "USD", "gbp": "GBP",
          "chf": "CHF", "cad": "CAD", "aud": "AUD"}  # fmt: skip
_CURRENCY = r"US\$|\$|€|£|EUR|USD|GBP|CHF|CAD|AUD|Euro"
_NUMBER = r"\d{1,3}(?:[.,'\u2019  ]\d{3})+(?:[.,]\d{2})?|\d+(?:[.,]\d{1,2})?"
AMOUNT = re.compile(
    rf"(?<![\w.,])(?:(?P<c1>{_CURRENCY})\s?(?P<n1>{_NUMBER})|(?P<n2>{_NUMBER})\s?(?P<c2>{_CURRENCY})(?!\w))"
    r"(?P<scale>\s?(?:million|mio\.?|thousand|k\b|m\b))?(?![\d])",
    re.IGNORECASE,
)
_TOTAL = (
    r"(?:total|overall|contract|aggregate)\s+(?:contract\s+|project\s+|fixed\s+)*(?:value|price|fees?|amount|cost|sum)"
    r"|fixed\s+(?:price|fee)|firm[\s-]fixed[\s-]price|(?:contract|order)\s+value|not[\s-]to[\s-]exceed(?:\s+amount)?"
    r"|total\s+(?:fixed\s+)?(?:price|fees?)|total|gesamt(?:preis|vergütung|summe|betrag|honorar)|auftragswert"
    r"|auftragssumme|festpreis|pauschalpreis"
)
_LABELLED = label(_TOTAL + r"(?:\s*\([^)]{0,40}\))?")
_SPELT = re.compile(
    rf"\b(?:{_TOTAL})\b(?:\s+(?:for|of|für)\s+(?:the|this|these|all|die|das|alle)\s+[\w ]{{1,40}}?)?"
    r"\s*(?:\([^)]{0,40}\)\s*)?(?:is|are|of|shall\s+be|will\s+be|amounts?\s+to|beträgt|von|in\s+höhe\s+von|shall\s+not\s+exceed)\s+",
    re.IGNORECASE,
)
_SCALES = {"million": 1e6, "mio": 1e6, "m": 1e6, "thousand": 1e3, "k": 1e3}
_PART = re.compile(
    r"\b(?:per|an?)\s+(?:hour|day|month|week|year)|/\s?(?:hour|day|month|h\b|hr)|pro\s+(?:stunde|tag|monat)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in whole and hundredths of ``currency``, and where it stands in its line."""

    amount: float
    currency: str
    start: int
    end: int


def amounts(text: str) -> Iterator[Money]:
    """Every amount with a currency; numbers without one are no money."""
    for match in AMOUNT.finditer(text):
        value = _number(match["n1"] or match["n2"])
        scale = (match["scale"] or "").strip().rstrip(".").lower()
        if value is not None:
            currency = _SIGNS[(match["c1"] or match["c2"]).lower()]
            yield Money(round(value * _SCALES.get(scale, 1), 2), currency, match.start(), match.end())


def totals(lines: Sequence[Line]) -> list[tuple[Found, Found]]:
    """Where the value of the whole work stands, and its currency."""
    found = []
    for line in lines:
        match = _LABELLED.match(line.text)
        spelt = None if match else _SPELT.search(line.text)
        if match is None and spelt is None:
            continue
        start = match.start("rest") if match else spelt.end() if spelt else 0
        first = next((money for money in amounts(line.text) if start <= money.start <= start + 30), None)
        if first is not None and not _PART.match(line.text[first.end :].lstrip()):
            at = (first.start, first.end)
            found.append((line.found(first.amount, *at), line.found(first.currency, *at)))
    return found


def _number(text: str) -> float | None:
    """A number in English or continental notation: the last mark followed by one or two digits is the decimal one."""
    bare = re.sub(r"[  '\u2019]", "", text)
    marks = re.findall(r"[.,]", bare)
    if marks and re.search(r"[.,]\d{1,2}$", bare):
        whole, _, cents = bare.rpartition(marks[-1])
        return float(f"{re.sub(r'[.,]', '', whole)}.{cents}")
    return float(re.sub(r"[.,]", "", bare))
