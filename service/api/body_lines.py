"""A body of NDJSON as lines, while it arrives."""

from collections.abc import AsyncIterator

from starlette.requests import Request

from models.json_lines import Line
from service.errors import FieldError, MalformedInput, UnsupportedMediaType

MEDIA_TYPE = "application/x-ndjson"
LONGEST_LINE = 1024 * 1024
"""Bytes; a statement of work of some hundred pages."""
_AT_A_TIME = 5_000


async def batches(request: Request) -> AsyncIterator[list[Line]]:
    """The lines of the body, some thousand at a time; the last may lack its line break.

    Raises:
        UnsupportedMediaType: the body is not said to be NDJSON.
        MalformedInput: a line is longer than `LONGEST_LINE`.
    """
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != MEDIA_TYPE:
        raise UnsupportedMediaType(MEDIA_TYPE)
    batch: list[Line] = []
    number, begun = 1, b""
    async for chunk in request.stream():
        *whole, begun = (begun + chunk).split(b"\n")
        for line in whole:
            _require_short(number, line)
            batch.append((number, line))
            number += 1
        _require_short(number, begun)
        if len(batch) >= _AT_A_TIME:
            yield batch
            batch = []
    yield [*batch, (number, begun)]


def _require_short(number: int, line: bytes) -> None:
    if len(line) > LONGEST_LINE:
        raise MalformedInput([FieldError("body", "", f"at most {LONGEST_LINE:,} bytes a line", number)])
