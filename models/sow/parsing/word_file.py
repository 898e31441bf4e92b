"""A Word file to text: looked over as an archive before anything in it is parsed."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from zipfile import BadZipFile, ZipFile

from models.sow.parsing.refusals import (
    LARGEST_UNPACKED,
    MOST_PARTS,
    MOST_RATIO,
    SMALL_PART,
    DocumentRefused,
    Why,
)

_ENCRYPTED_OFFICE = b"\xd0\xcf\x11\xe0"
_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_SMALLEST_TYPE = 4
"""Points below which nobody reads what is written."""
_DEEPEST_TABLE = 8


def is_word_file(content: bytes) -> bool:
    """Whether these bytes begin as a Word file does, packed or in an encrypted container."""
    return content[:4] in {b"PK\x03\x04", _ENCRYPTED_OFFICE}


def word_text(content: bytes) -> tuple[list[str], int]:
    """Pages of text and how many characters were hidden. Pages are as the word processor last broke them.

    Raises DocumentRefused.
    """
    if content[:4] == _ENCRYPTED_OFFICE:
        raise DocumentRefused(Why.ENCRYPTED)
    _look_over(content)
    try:
        return _pages(content)
    except (DocumentRefused, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - a broken file breaks the reader in any way it likes
        raise DocumentRefused(Why.CORRUPT) from None


def _pages(content: bytes) -> tuple[list[str], int]:
    import docx  # noqa: PLC0415 - half a second that a PDF should not wait for

    document = docx.Document(io.BytesIO(content))
    pages: list[list[str]] = [[]]
    hidden = 0
    for text, unseen, breaks in _blocks(document, 0):
        hidden += unseen
        if breaks and pages[-1]:
            pages.append([])
        pages[-1].append(text)
    return ["\n".join(page) for page in pages], hidden


def _look_over(content: bytes) -> None:
    try:
        archive = ZipFile(io.BytesIO(content))
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
            raise DocumentRefused(Why.EXPANDS_TOO_MUCH)
        names = {part.filename.lower() for part in parts}
        if any(part.flag_bits & 1 for part in parts):
            raise DocumentRefused(Why.ENCRYPTED)
        if any(name.endswith(("vbaproject.bin", "vbadata.xml")) for name in names):
            raise DocumentRefused(Why.MACROS)
        if "[content_types].xml" not in names or not any(name.startswith("word/") for name in names):
            raise DocumentRefused(Why.UNKNOWN_TYPE)
        for part in parts:
            if part.file_size > SMALL_PART and part.file_size > MOST_RATIO * max(1, part.compress_size):
                raise DocumentRefused(Why.EXPANDS_TOO_MUCH)
            if part.filename.lower().endswith((".xml", ".rels")):
                _read_safely(archive, part)
    except (BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        raise DocumentRefused(Why.CORRUPT) from None


def _read_safely(archive: ZipFile, part: zipfile.ZipInfo) -> None:
    """Reads a part whole, so that a false length or checksum shows, and refuses what declares a document type."""
    text = archive.read(part)
    if _DECLARES.search(text.replace(b"\0", b"")):
        raise DocumentRefused(Why.HOSTILE_XML)
    if part.filename.lower() == "[content_types].xml" and b"macroenabled" in text.lower():
        raise DocumentRefused(Why.MACROS)


def _blocks(container: Any, depth: int) -> Iterator[tuple[str, int, bool]]:
    """Paragraphs and table rows in reading order: text, hidden characters, and whether a page begins before it."""
    from docx.table import Table  # noqa: PLC0415

    if depth > _DEEPEST_TABLE:
        raise DocumentRefused(Why.CORRUPT)
    for block in container.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                yield _row(row, depth)
        else:
            yield from _paragraph(block)


def _row(row: Any, depth: int) -> tuple[str, int, bool]:
    """A table row as one line, its cells between bars. A cell that spans several is told once."""
    cells: dict[int, str] = {}
    hidden = 0
    for cell in row.cells:
        if id(cell._tc) in cells:  # noqa: SLF001 - the element is what tells one cell from another
            continue
        said = list(_blocks(cell, depth + 1))
        hidden += sum(unseen for _, unseen, _ in said)
        cells[id(cell._tc)] = " ".join(text.strip() for text, _, _ in said if text.strip())  # noqa: SLF001
    return "| " + " | ".join(cells.values()), hidden, False


def _paragraph(paragraph: Any) -> Iterator[tuple[str, int, bool]]:
    """A paragraph, less the runs that nobody sees. Breaks inside it begin lines."""
    kept, hidden, breaks = [], 0, bool(paragraph.rendered_page_breaks)
    for run in _runs(paragraph):
        text = run.text
        if text.strip() and _unseen(run):
            hidden += len(text)
        else:
            kept.append(text)
            breaks = breaks or 'w:type="page"' in run._r.xml if "\f" in text else breaks  # noqa: SLF001
    for number, line in enumerate("".join(kept).replace("\f", "\n").split("\n")):
        yield line, hidden if number == 0 else 0, breaks and number == 0


def _runs(paragraph: Any) -> Iterator[Any]:
    from docx.text.hyperlink import Hyperlink  # noqa: PLC0415

    for inner in paragraph.iter_inner_content():
        yield from inner.runs if isinstance(inner, Hyperlink) else (inner,)


def _unseen(run: Any) -> bool:
    """Marked hidden, white, or too small to read."""
    font = run.font
    size, color = font.size, font.color.rgb if font.color is not None and font.color.type is not None else None
    return (
        bool(font.hidden)
        or (color is not None and str(color) == "FFFFFF")
        or (size is not None and size.pt < _SMALLEST_TYPE)
    )
