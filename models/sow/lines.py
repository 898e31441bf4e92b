"""A document as lines that keep their place, and values that were found in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from models.text_marks import cleaned

LONGEST_QUOTE = 300
"""Characters. A longer line, as of a document without line ends, is quoted around what was found in it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line; ``page`` and ``number`` (within the page) count from 1. Its text holds nothing invisible."""

    page: int
    number: int
    text: str

    def found(self, value: Any, start: int = 0, end: int | None = None) -> "Found":
        """A value that stands at these characters. The quote is the line, or a window of it around them."""
        end = len(self.text) if end is None else end
        if len(self.text) <= LONGEST_QUOTE:
            return Found(value, self.page, self.number, self.text.strip())
        spare = max(0, LONGEST_QUOTE - (end - start)) // 2
        first = max(0, start - spare)
        return Found(value, self.page, self.number, self.text[first : first + LONGEST_QUOTE].strip())


@dataclass(frozen=True, slots=True)
class Found:
    """A value and where it stands: ``quote`` is a part of that line, to the letter."""

    value: Any
    page: int
    line: int
    quote: str


@dataclass(frozen=True)
class Document:
    """All lines that hold something, in reading order. ``hidden`` counts the invisible characters taken out."""

    lines: Sequence[Line]
    pages: int
    hidden: int = 0

    @cached_property
    def text(self) -> str:
        """The whole document, one line a line."""
        return "\n".join(line.text for line in self.lines)

    @cached_property
    def _by_place(self) -> dict[tuple[int, int], str]:
        return {(line.page, line.number): line.text for line in self.lines}

    def stands(self, quote: str, page: int, number: int) -> bool:
        """Whether these very words stand at that line."""
        return bool(quote) and quote in self._by_place.get((page, number), "")


def document_of(pages: Sequence[str]) -> Document:
    """The lines of some pages of text. Blank lines are counted, and not kept."""
    lines, hidden = [], 0
    for page, text in enumerate(pages, start=1):
        for number, raw in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
            clean, taken = cleaned(raw)
            hidden += taken
            if clean.strip():
                lines.append(Line(page, number, clean.rstrip()))
    return Document(tuple(lines), len(pages), hidden)


def document_of_text(text: str) -> Document:
    """The lines of a plain text; a form feed begins a page."""
    return document_of(text.split("\f"))
