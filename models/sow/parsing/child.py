"""The process that reads a file: bytes on stdin, a JSON document on stdout, within its limits.

    python -m models.sow.parsing.child < FILE

It opens no file and no connection, and dies with what it holds.
"""

import json
import resource
import sys

from models.sow.parsing.pdf_file import is_pdf, pdf_text
from models.sow.parsing.refusals import MEMORY, MOST_CHARACTERS, MOST_PAGES, SECONDS, DocumentRefused, Why
from models.sow.parsing.word_file import is_word_file, word_text

DEEPEST = 900
"""Nested calls: a document that nests deeper is refused, and no stack overflows."""


def pages_of(content: bytes) -> tuple[list[str], int]:
    """Pages of text, and how many characters of it nobody sees. Raises DocumentRefused."""
    if is_pdf(content):
        pages, hidden = pdf_text(content)
    elif is_word_file(content):
        pages, hidden = word_text(content)
    else:
        pages, hidden = plain_text(content)
    if len(pages) > MOST_PAGES:
        raise DocumentRefused(Why.TOO_MANY_PAGES)
    if sum(map(len, pages)) > MOST_CHARACTERS:
        raise DocumentRefused(Why.TOO_MUCH_TEXT)
    if not any(page.strip() for page in pages):
        raise DocumentRefused(Why.NO_TEXT)
    return pages, hidden


def plain_text(content: bytes) -> tuple[list[str], int]:
    """Text in UTF-8; a form feed begins a page. Raises DocumentRefused for anything else."""
    if b"\0" in content:
        raise DocumentRefused(Why.UNKNOWN_TYPE)
    try:
        return content.decode("utf-8-sig").split("\f"), 0
    except UnicodeDecodeError:
        raise DocumentRefused(Why.NO_UTF8) from None


def main() -> int:
    """Reads, and tells what came of it. The exit code is 0 also for a refusal: that is an answer."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    sys.setrecursionlimit(DEEPEST)
    try:
        pages, hidden = pages_of(sys.stdin.buffer.read())
        told = {"pages": pages, "hidden": hidden}
    except DocumentRefused as refused:
        told = {"refused": refused.why}
    except MemoryError:
        told = {"refused": Why.TOO_MUCH_MEMORY}
    except RecursionError:
        told = {"refused": Why.CORRUPT}
    sys.stdout.write(json.dumps(told))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
