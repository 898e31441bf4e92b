r"""Records as PostgreSQL's text format for COPY: tabs between cells, ``\N`` for null, and so no doubt about ``""``.

CSV would do for most, but servers before PostgreSQL 18 take a line ``\.`` inside a note for the end of the data.
"""

import hashlib
from io import BytesIO

import polars as pl

from models.records import TABLES, Records

_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def encode(frame: pl.DataFrame) -> bytes:
    """The rows, in order. Doubles are written so that they read back to the same bits, instants with microseconds.

    Equal frames give equal bytes. ``frame`` is canonical and has no NUL in a text, which PostgreSQL cannot hold.
    """
    out = BytesIO()
    frame.with_columns(pl.col(pl.String).str.replace_many(_ESCAPES)).write_csv(
        out,
        include_header=False,
        separator="\t",
        quote_style="never",
        null_value="\\N",
        date_format="%Y-%m-%d",
        datetime_format="%Y-%m-%d %H:%M:%S%.6fZ",
    )
    return out.getvalue()


def content_hash(records: Records) -> str:
    """SHA-256, in hex, of what the records say: the same for any file format and any order of the rows."""
    digest = hashlib.sha256()
    for name, table in TABLES.items():
        if name in records and not records[name].is_empty():
            content = encode(records[name].select(*table.schema).sort(table.key))
            digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()
