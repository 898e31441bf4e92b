"""The terms that delivery has to know: how work is accepted, when it is paid, and what happens at the end."""

import re

from models.sow.lines import Found
from models.sow.passages import Passages
from models.sow.wording import wordings

_NUMBER = r"(?:[a-z]+\s*\()?(?P<days>\d{1,3})\)?"
_DAYS = r"(?:\s*-?\s*(?:calendar|business|working|werk|arbeits|kalender))?\s*-?\s*(?:days?|tagen?)"
_ACCEPTED = re.compile(
    rf"\b(?:accept(?:ance|ed|s)?|review|approve[sd]?|abnahme|abgenommen|prüft)\b[^.;]{{0,120}}?\b(?:within|binnen|innerhalb\s+von)\s+"
    rf"{_NUMBER}{_DAYS}",
    re.IGNORECASE,
)
_ACCEPTS_WITHIN = re.compile(
    rf"\b(?:within|binnen|innerhalb\s+von)\s+{_NUMBER}{_DAYS}[^.;]{{0,80}}?\b(?:to\s+(?:accept|review|test)|(?:shall|will)\s+(?:accept|"
    r"review|notify)|abzunehmen)\b",
    re.IGNORECASE,
)
_ABOUT_PAYMENT = re.compile(r"invoice|payment|payable|paid|rechnung|zahl", re.IGNORECASE)
_ABOUT_OTHERS = re.compile(r"transition|successor", re.IGNORECASE)
_ACCEPTANCE = re.compile(r"\b(?:accept(?:ance|ed)?|abnahme|abgenommen|deliverables?|liefer)", re.IGNORECASE)
_PAID = re.compile(
    rf"\bnet\s+(?P<net>\d{{1,3}})\b(?!\s*(?:percent|%))|\b(?:paid|payable|payment|pay|due|zahlbar|zahlungsziel|fällig)\b[^.;]{{0,80}}?"
    rf"{_NUMBER}{_DAYS}[^.;]{{0,20}}?(?:\b(?:of|after|from|following|nach|ab)\b[^.;]{{0,40}}?\b(?:invoice|receipt|rechnung\w*|erhalt)\b|net\b|netto\b)"
    rf"|\binvoices?\b[^.;]{{0,80}}?\b(?:within|in)\s+(?P<late>\d{{1,3}}){_DAYS}",
    re.IGNORECASE,
)


def acceptance(passages: Passages) -> list[Found]:
    """Within how many days the client accepts or objects."""
    found = []
    for pattern in (_ACCEPTED, _ACCEPTS_WITHIN):
        for seen in passages.search(pattern):
            match, _ = seen
            other = _ABOUT_PAYMENT.search(match.group(0)) or _ABOUT_OTHERS.search(_around(match))
            if not other and _ACCEPTANCE.search(_around(match)):
                found.append(passages.place(seen, {"days": int(match["days"])}))
    return found


def payment_terms(passages: Passages) -> list[Found]:
    """Within how many days an invoice is paid."""
    return [
        passages.place(seen, {"days": int(seen[0]["net"] or seen[0]["days"] or seen[0]["late"])})
        for seen in passages.search(_PAID)
    ]


def renewal(passages: Passages) -> list[Found]:
    """What happens when the term is over: it renews itself, somebody has an option, or it ends."""
    ways = wordings("renewal")
    denied = {id(seen[1]) for seen in passages.search(ways["none"])}
    found = []
    for kind, pattern in ways.items():
        seen_here = [seen for seen in passages.search(pattern) if kind == "none" or id(seen[1]) not in denied]
        found += [passages.place(seen, kind) for seen in seen_here]
    return found


def _around(match: re.Match[str]) -> str:
    return match.string[max(0, match.start() - 80) : match.end() + 40]
