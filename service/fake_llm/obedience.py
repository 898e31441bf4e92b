"""A model that does what a document tells it: the worst that can be asked, for showing that nothing comes of it."""

import re
from collections.abc import Sequence
from typing import Any

from service.fake_llm.content import another, likeliest

_SOUNDS = (
    r"(?:ignore|forget|disregard|override|overrule)\b[^.\n]{0,60}\b(?:previous|prior|above|before|earlier|all|that|this)",
    r"(?:ignore|forget|disregard|override|overrule)\b[^.\n]{0,60}\b(?:instructions?|rules?|tasks?|context|prompts?|said)",
    r"(?:forget|ignore|disregard) (?:the|what|your|any|my)\b",
    r"(?:new|real|actual|next) (?:tasks?|instructions?|orders?|assignments?)\b",
    r"(?:system|hidden|initial|your) (?:prompts?|instructions?|tasks?)\b",
    r"(?:classify|categori[sz]e|label|treat|mark|flag|tag) (?:it|this|the|as)\b",
    r"(?:label|category|class|service line|client|answer|reply|response|verdict) (?:is|must be|shall be|should be)\b",
    r"(?:answer|respond|reply|say|print|write|output|return)(?: only)? (?:with|that|only|exactly|the word|in)\b",
    r"(?:pretend|behave|respond|speak) (?:as|to be|like)\b",
    r"(?:answer the|now act as|you are)\b",
    r"you (?:must|will)(?: now)? (?:be|act|answer|classify|say|print|ignore|approve)\b",
    r"(?:tell|show|give|help|write|send|answer) me\b",
    r"my (?:next )?questions?\b",
    r"i (?:want|need|would like|order) you to\b",
    r"(?:assistant|chatbot|language model|attention)\b ?[:,!-]",
    r"(?:stop|wait)[ !,-]",
    r"(?:vergiss|vergessen sie|ignoriere|ignorieren sie|missachte|antworte|beantworte|klassifiziere|erzähle)\b",
    r"(?:du|dir|dich|deine[nrms]?|dein|sag|sage|schreib|schreibe|gib|zeig|zeige|tu)\b",
    r"neue[nr]? (?:aufgabe|anweisung|frage)",
)
_ORDERS = re.compile(rf"\b(?:{'|'.join(_SOUNDS)})", re.IGNORECASE)
"""What an order sounds like. A statement of work may say "instead", "output" or "approve" without ordering a model."""

_REACH = 200
"""Characters after an order in which what it is about is looked for."""

_LONGEST = 80


def obedient(labels: Sequence[Any], text: str) -> Any:
    """The label that an order in the text names, else one that is most likely wrong; the likeliest without an order."""
    said = plain(text)
    orders = list(_ORDERS.finditer(said))
    for order in reversed(orders):
        about = said[order.start() : order.end() + _REACH].lower()
        named = [label for label in labels if _spoken(label) and _spoken(label) in about]
        if named:
            return max(named, key=lambda label: len(_spoken(label)))
    return another(labels, said) if orders else likeliest(labels, said)


def ordered(text: str) -> str | None:
    """What the last order in the text wants said: what it quotes, else its own words; None without an order."""
    said = plain(text)
    orders = list(_ORDERS.finditer(said))
    if not orders:
        return None
    about = said[orders[-1].start() : orders[-1].end() + _REACH]
    quoted = re.search(r"['\"]([^'\"]+)['\"]", about)
    return (quoted.group(1) if quoted else about.splitlines()[0])[:_LONGEST].strip()


def plain(text: str) -> str:
    """The text without markers: it reads through them, as an able model would."""
    return re.sub(r"[^\w\s.,;:!?'\"()/&%$€-]+", " ", text).replace("_", " ")


def _spoken(label: Any) -> str:
    return re.sub(r"[\W_]+", " ", str(label).lower()).strip()
