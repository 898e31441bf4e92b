"""Why a file is not read. Each reason is a code, and a sentence that says what was expected."""

from enum import StrEnum


class Why(StrEnum):
    """The reasons there are."""

    UNKNOWN_TYPE = "unknown_type"
    TOO_LARGE = "too_large"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MUCH_TEXT = "too_much_text"
    NO_TEXT = "no_text"
    SCANNED = "scanned"
    ENCRYPTED = "encrypted"
    CORRUPT = "corrupt"
    MACROS = "macros"
    EXPANDS_TOO_MUCH = "expands_too_much"
    HOSTILE_XML = "hostile_xml"
    NO_UTF8 = "no_utf8"
    TOO_SLOW = "too_slow"
    TOO_MUCH_MEMORY = "too_much_memory"


LARGEST_FILE = 10 * 1024 * 1024
"""Bytes."""
MOST_PAGES = 200
MOST_CHARACTERS = 2_000_000
"""Characters of text: 200 pages of print have some 800,000."""
LARGEST_UNPACKED = 100 * 1024 * 1024
"""Bytes to which the parts of a Word file may unpack."""
MOST_PARTS = 2_000
"""Parts of a Word file."""
MOST_RATIO = 200
"""How many times larger than packed a part of a Word file may be; text shrinks to a tenth, seldom to a fiftieth."""
SMALL_PART = 1024 * 1024
"""Bytes below which the ratio of a part does not matter: a page of blanks is no bomb."""
SECONDS = 20
MEMORY = 1024 * 1024 * 1024
"""Bytes of address space of the process that reads."""

SENTENCES = {
    Why.UNKNOWN_TYPE: "expected a PDF, a Word file (DOCX), or plain text",
    Why.TOO_LARGE: f"expected at most {LARGEST_FILE:,} bytes",
    Why.TOO_MANY_PAGES: f"expected at most {MOST_PAGES} pages",
    Why.TOO_MUCH_TEXT: f"expected at most {MOST_CHARACTERS:,} characters of text",
    Why.NO_TEXT: "expected a document with text in it",
    Why.SCANNED: "the pages are pictures without text; expected a PDF with text (run text recognition first)",
    Why.ENCRYPTED: "expected a file that is not encrypted and opens without a password",
    Why.CORRUPT: "the file is not whole or not of its type; expected one that opens in a viewer",
    Why.MACROS: "expected a Word file without macros (DOCX, not DOCM)",
    Why.EXPANDS_TOO_MUCH: f"expected a file that unpacks to at most {LARGEST_UNPACKED:,} bytes in {MOST_PARTS:,} parts",
    Why.HOSTILE_XML: "the file declares XML entities or a document type; expected none, as in every Word file",
    Why.NO_UTF8: "expected text in UTF-8 without NUL",
    Why.TOO_SLOW: f"the file could not be read in {SECONDS} seconds; expected a simpler one",
    Why.TOO_MUCH_MEMORY: f"the file could not be read in {MEMORY // 1024**2:,} MB of memory; expected a simpler one",
}


class DocumentRefused(Exception):
    """A file that is not read. The message says what was expected, and holds nothing of the file."""

    def __init__(self, why: Why) -> None:
        super().__init__(SENTENCES[why])
        self.why = why
