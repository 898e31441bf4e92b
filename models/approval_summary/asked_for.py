"""What a note asks for: codes of a closed list, and never its words.

A note is free text that anybody may have written. It is read for one thing only: which kind of evidence a sentence of
it says to be missing. A sentence counts where it asks or misses, and names one kind of evidence.
"""

import re

from models.sensitivity import Sensitivity

LONGEST_NOTE = 400
"""Characters that are read. Whoever sends an approval back writes a line or two."""

_ASKS = re.compile(
    r"\b(?:add|attach|provide|supply|send|upload|include|enclose|missing|lacks?"
    r"|without|needs?|required?|no|which|where)\b",
)
_KINDS = {
    "receipt": r"receipts?|vouchers?|proof of payment",
    "purchase_order": r"purchase orders?|po number",
    "client_agreement": r"client'?s? (?:agreement|approval|consent|mail|e-?mail|confirmation|sign-?off)",
    "change_request": r"change (?:request|order)s?",
    "second_quote": r"(?:second|another|comparative) (?:quote|offer)s?",
    "rate_card": r"rate ?cards?",
    "time_records": r"time ?sheets?|time records?",
    "proof_of_delivery": r"proof of delivery|delivery notes?|acceptance",
    "budget_line": r"budget (?:line|number|code)|cost cent(?:re|er)",
    "business_reason": r"(?:business )?(?:reason|justification|purpose|rationale)s?",
    "amount": r"(?:right |correct )?amounts?",
}
_FOUND = {code: re.compile(rf"\b(?:{words})\b") for code, words in _KINDS.items()}
_FIGURE = re.compile(r"\d|%")
_SENTENCE = re.compile(r"[.!?;\n]+")


def asked_for(note: str) -> tuple[str, ...]:
    """The evidence that the note says to be missing, in the order of the list."""
    wanted: set[str] = set()
    for sentence in _SENTENCE.split(note[:LONGEST_NOTE].casefold().replace("\u2019", "'")):
        named = {code for code, words in _FOUND.items() if words.search(sentence)}
        if len(named) == 1 and _ASKS.search(sentence):
            wanted |= named
    return tuple(code for code in _KINDS if code in wanted)


def needs_of_note(note: str) -> frozenset[Sensitivity]:
    """Whom a note may be shown: it may name a client or tell of a person, and its figures may be rates or margins."""
    needs = {Sensitivity.CLIENT, Sensitivity.PERSONAL_TIME}
    if _FIGURE.search(note):
        needs |= {Sensitivity.RATE, Sensitivity.MARGIN}
    return frozenset(needs)
