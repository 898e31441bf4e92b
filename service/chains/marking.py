"""Documents marked as data: no invisible characters, and a random marker between their words.

Datamarking after Hines et al., "Defending against indirect prompt injection attacks with spotlighting" (2024): the
prompt tells the model that whatever is interleaved with the marker is material and never an instruction. The marker is
drawn anew for each document, so that nobody can write a document that speaks without it.
"""

import secrets
import unicodedata
from dataclasses import dataclass

_SIGNS = "ˆˇ˘˙˚˝¦§¬¶†‡"
"""Rare signs that common vocabularies hold as one or two tokens: marking does not multiply the price of a document."""

_LENGTH = 3
_HIDDEN = frozenset({"Cf", "Co", "Cn", "Cs", "Cc"})
_KEPT = frozenset("\n\t")
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_BLANK = frozenset("\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800\u034f")


@dataclass(frozen=True)
class Marked:
    """A text for a prompt. ``hidden`` is how many invisible characters were taken out of it."""

    text: str
    marker: str
    hidden: int

    def unmarked(self, quote: str) -> str:
        """What a reply quotes, as it stands in the visible text."""
        return quote.replace(self.marker, " ")


def visible(text: str) -> tuple[str, int]:
    """The text without the characters that nobody sees, and how many there were.

    Taken out: controls other than line ends and tabs, directions, joiners, tags, variation selectors, fillers, and what
    is private or unassigned. Line ends become ``\\n``; they are not counted.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    kept = "".join(sign for sign in lines if not _is_hidden(sign))
    return kept, len(lines) - len(kept)


def mark(text: str) -> Marked:
    """The visible text with a marker of its own for each space; lines stay lines."""
    shown, hidden = visible(text)
    marker = _marker(shown)
    marked = "\n".join(marker.join(line.split(" ")) for line in shown.split("\n"))
    return Marked(text=marked, marker=marker, hidden=hidden)


def _marker(text: str) -> str:
    while (marker := "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH))) in text:
        continue
    return marker


def _is_hidden(sign: str) -> bool:
    if sign.isascii():
        return not sign.isprintable() and sign not in _KEPT
    code = ord(sign)
    return sign in _BLANK or any(code in each for each in _SELECTORS) or unicodedata.category(sign) in _HIDDEN
