"""What nobody sees in a text, and what may be taken out of it without loss."""

import unicodedata

_BLANKS = {"\t": " ", "\u00a0": " ", "\u202f": " ", "\u2007": " ", "\u2009": " ", "\u3000": " "}
_HARMLESS = frozenset({"\u00ad", "\u200b", "\ufeff", "\x0b", "\x0c", "\u200e"})
"""Soft hyphens, break marks, byte-order marks: word processors leave them behind, and that is a sign of nothing."""
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"})


def cleaned(text: str) -> tuple[str, int]:
    """The text with plain blanks and without what is invisible, and how many characters of it are no usual residue.

    Usual residue is taken out as well, and not counted.
    """
    if text.isascii() and text.isprintable():
        return text, 0
    kept, hidden = [], 0
    for character in text:
        blank = _BLANKS.get(character)
        if blank is not None:
            kept.append(blank)
        elif unicodedata.category(character) in _UNSEEN:
            hidden += character not in _HARMLESS
        else:
            kept.append(character)
    return "".join(kept), hidden
