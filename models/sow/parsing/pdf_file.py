"""A PDF to pages of text. Pictures of text are recognised, and not read."""

import io
import logging
from typing import Any

from models.sow.parsing.refusals import MOST_CHARACTERS, MOST_PAGES, DocumentRefused, Why

LEAST_TEXT = 20
"""Characters a page, on average, below which a document of pictures is a scan: a stamp or a page number is no text."""


def is_pdf(content: bytes) -> bool:
    """Whether these bytes hold the head of a PDF where viewers look for it."""
    return b"%PDF-" in content[:1024]


def pdf_text(content: bytes) -> tuple[list[str], int]:
    """The text of each page, and 0: what a PDF hides is not told apart. Raises DocumentRefused."""
    from pypdf import PdfReader  # noqa: PLC0415 - not before a PDF is there

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it words its doubts with parts of the file
    try:
        pages = _pages(PdfReader(io.BytesIO(content), strict=False))
    except (DocumentRefused, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - a broken PDF breaks the reader in any way it likes
        raise DocumentRefused(Why.CORRUPT) from None
    return pages, 0


def _pages(reader: Any) -> list[str]:
    if reader.is_encrypted and not reader.decrypt(""):
        raise DocumentRefused(Why.ENCRYPTED)
    if len(reader.pages) > MOST_PAGES:
        raise DocumentRefused(Why.TOO_MANY_PAGES)
    pages: list[str] = []
    characters = 0
    for page in reader.pages:
        text = page.extract_text()
        characters += len(text)
        if characters > MOST_CHARACTERS:
            raise DocumentRefused(Why.TOO_MUCH_TEXT)
        pages.append(text)
    if pages and sum(len(page.strip()) for page in pages) < LEAST_TEXT * len(pages) and _has_pictures(reader):
        raise DocumentRefused(Why.SCANNED)
    return pages


def _has_pictures(reader: Any) -> bool:
    return any(_held(each).get("/Subtype") == "/Image" for page in reader.pages for each in _drawn(page))


def _drawn(page: Any) -> list[Any]:
    return list(_held(_held(page.get("/Resources")).get("/XObject")).values())


def _held(part: Any) -> Any:
    """What a reference in the file refers to; nothing, where there is none."""
    return {} if part is None else part.get_object()
