"""A file to a document, read by a process of its own so that no file can take this one down."""

import json
import os
import subprocess
import sys
from pathlib import Path

from models.sow.lines import Document, document_of
from models.sow.parsing.child import pages_of
from models.sow.parsing.pdf_file import is_pdf
from models.sow.parsing.refusals import LARGEST_FILE, SECONDS, DocumentRefused, Why
from models.sow.parsing.word_file import is_word_file

_GRACE = 5
"""Seconds beyond its own limit after which the process is ended: its clock counts work, this one counts waiting too."""


def document_of_file(content: bytes) -> Document:
    """The document that these bytes hold. Plain text needs no parser, and is read here. Raises DocumentRefused."""
    if len(content) > LARGEST_FILE:
        raise DocumentRefused(Why.TOO_LARGE)
    pages, hidden = _apart(content) if is_pdf(content) or is_word_file(content) else pages_of(content)
    document = document_of(pages)
    if not document.lines:
        raise DocumentRefused(Why.NO_TEXT)
    return Document(document.lines, document.pages, document.hidden + hidden)


def _apart(content: bytes) -> tuple[list[str], int]:
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", "import sys; from models.sow.parsing.child import main; sys.exit(main())"],
            input=content,
            capture_output=True,
            timeout=SECONDS + _GRACE,
            check=False,
            env=_environment(),
        )
    except subprocess.TimeoutExpired:
        raise DocumentRefused(Why.TOO_SLOW) from None
    if done.returncode != 0:
        # a process that the kernel ended was out of its time; one that ended itself broke on the file
        raise DocumentRefused(Why.TOO_SLOW if done.returncode < 0 else Why.CORRUPT)
    told = json.loads(done.stdout)
    if "refused" in told:
        raise DocumentRefused(Why(told["refused"]))
    return told["pages"], told["hidden"]


def _environment() -> dict[str, str]:
    """Where this code is, and nothing else: no key and no address is handed to a process that reads foreign files."""
    home = str(Path(__file__).parents[3])
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "LANG") if name in os.environ}
    return kept | {"PYTHONPATH": home, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
