"""The language of a text, by its most common words: English, German, or not known."""

import re
from typing import Literal

Language = Literal["en", "de"]

_WORDS: dict[Language, str] = {
    "en": "the of and to in a is for be shall will with on by or this that are as from at it which not",
    "de": "der die das und zu in ist für wird werden mit auf von oder dem den des ein eine nicht im sind bis zum",
}
COMMON: dict[Language, frozenset[str]] = {language: frozenset(words.split()) for language, words in _WORDS.items()}
"""The words that every text of a language is full of."""
_LEAST = 0.08
"""Share of common words below which the language is not known; English and German running text has 0.3 or more."""
_WORD = re.compile(r"[a-zäöüß]+")


def language_of(text: str) -> Language | None:
    """The language, or None where neither is likely."""
    words = _WORD.findall(text.lower())
    if not words:
        return None
    shares = {language: sum(word in common for word in words) / len(words) for language, common in COMMON.items()}
    best = max(shares, key=lambda language: shares[language])
    return best if shares[best] >= _LEAST else None
