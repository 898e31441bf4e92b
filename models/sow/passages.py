"""Looking for wording that runs over line ends, and telling at which line it begins."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby

from models.sow.lines import Document, Found, Line

Seen = tuple[re.Match[str], Line]


class Passages:
    """The pages of a document, each as one text in which line ends are blanks."""

    def __init__(self, document: Document) -> None:
        self.lines = document.lines
        self._pages: list[tuple[str, list[int], list[Line]]] = []
        for _, each in groupby(document.lines, key=lambda line: line.page):
            lines = list(each)
            starts, at = [], 0
            for line in lines:
                starts.append(at)
                at += len(line.text) + 1
            self._pages.append((" ".join(line.text for line in lines), starts, lines))

    def search(self, pattern: re.Pattern[str]) -> Iterator[Seen]:
        """Every place where the pattern stands, with the line that it begins in."""
        for text, starts, lines in self._pages:
            for match in pattern.finditer(text):
                yield match, lines[bisect_right(starts, match.start()) - 1]

    def found(self, pattern: re.Pattern[str], value: object) -> list[Found]:
        """The value at every place where the pattern stands."""
        return [self.place(seen, value) for seen in self.search(pattern)]

    def place(self, seen: Seen, value: object) -> Found:
        """A value that was read from a match; the quote is of the line that the match begins in."""
        match, line = seen
        inside = max(0, line.text.find(match.group(0)[:40]))
        return line.found(value, inside, min(len(line.text), inside + len(match.group(0))))


_NUMBERING = r"\s*(?:\|\s*)?(?:(?:\d{1,2}(?:\.\d{1,2}){0,3}|[IVX]{1,5}|[a-zA-Z])[.)]?\s+|[-•*]\s*)?"


def label(names: str) -> re.Pattern[str]:
    """A line that begins with one of these labels, perhaps numbered; ``rest`` is what follows on it."""
    return re.compile(rf"^{_NUMBERING}(?:{names})\s*(?:[:|\u2013]|-\s|\s*$)\s*\|?\s*(?P<rest>.*)$", re.IGNORECASE)


def labelled(lines: Sequence[Line], names: re.Pattern[str]) -> Iterator[tuple[Line, str, int]]:
    """For each labelled line the line with its value, the value's text, and the value's place in `lines`.

    Where nothing stands beside the label it is the next line of the same page.
    """
    for place, line in enumerate(lines):
        match = names.match(line.text)
        if match is None:
            continue
        rest = match["rest"].strip(" |")
        if rest:
            yield line, rest, place
        elif place + 1 < len(lines) and lines[place + 1].page == line.page:
            below = lines[place + 1]
            yield below, below.text.strip(" |"), place + 1


def under(lines: Sequence[Line], heading: re.Pattern[str], most: int = 40) -> Iterator[Line]:
    """The lines below a heading, up to the next heading."""
    left = 0
    for line in lines:
        if heading.match(line.text):
            left = most
        elif left and (_is_heading(line.text)):
            left = 0
        elif left:
            left -= 1
            yield line


def _is_heading(text: str) -> bool:
    """Numbered or upper-case, short, and no sentence: what separates sections."""
    bare = text.strip()
    if not bare or len(bare) > 80 or bare[-1] in ".;,|" or "|" in bare:  # noqa: PLR2004 - longer is a sentence
        return False
    numbered = re.match(r"(?:\d{1,2}(?:\.\d{1,2})*\.?|[IVX]{1,5}\.)\s+[A-ZÄÖÜ]", bare)
    return bool(numbered) or (bare.isupper() and len(bare.split()) <= 8 and not any(c.isdigit() for c in bare))  # noqa: PLR2004
