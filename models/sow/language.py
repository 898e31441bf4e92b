"""The language of a text, by its most common words: English, German, or not known."""

import re
from typing import Literal

Language = Literal["en", "de"]

COMMON: dict[Language, frozenset[str]] = {
    "en": frozenset(
        [
            "the",
            "of",
            "and",
            "to",
            "in",
            "a",
            "is",
            "for",
            "be",
            "shall",
            "will",
            "with",
            "on",
            "by",
            "or",
            "this",
            "that",
            "are",
            "as",
            "from",
            "at",
            "it",
            "which",
            "not",
        ]
    ),
    "de": frozenset(
        [
            "der",
            "die",
            "das",
            "und",
            "zu",
            "in",
            "ist",
            "für",
            "wird",
            "werden",
            "mit",
            "auf",
            "von",
            "oder",
            "dem",
            "den",
            "des",
            "ein",
            "eine",
            "nicht",
            "im",
            "sind",
            "bis",
            "zum",
        ]
    ),
}
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
