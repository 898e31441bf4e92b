"""A model that does what a document tells it: the worst that can be asked, for showing that nothing comes of it."""

import re
from collections.abc import Sequence
from typing import Any

from service.fake_llm.content import another, likeliest

_ORDERS = re.compile(
    r"\b(ignore|forget|disregard|override|overrule|instead|instructions?|classify|label|categori[sz]e|assistant|"
    r"system prompt|you (?:must|are|will|should)|answer with|respond with|reply with|output|print|approve|attention|"
    r"new task|vergiss|ignoriere|missachte|stattdessen|anweisung(?:en)?|antworte|klassifiziere)\b",
    re.IGNORECASE,
)
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
