"""A JSON body, read so that everything in it can be stored and sent back."""

import json
from collections.abc import Iterator
from typing import Any

from starlette.requests import Request

from service.api.malformed import field_named
from service.errors import BadRequest, FieldError, MalformedInput

STORABLE = "text that UTF-8 and the database can hold: no NUL, no half of a surrogate pair"

Path = tuple[str | int, ...]


class JsonRequest(Request):
    """A request whose JSON must be UTF-8, and whose strings hold no NUL and no lone surrogate.

    JSON's escapes can smuggle in both: PostgreSQL takes neither, and the second cannot even be quoted in an answer.
    """

    async def json(self) -> Any:
        """The document. Raises BadRequest or MalformedInput beside what ``json`` raises."""
        try:
            text = (await self.body()).decode()
        except UnicodeDecodeError:
            raise BadRequest("The body is not UTF-8; expected one JSON document in UTF-8.") from None
        document = json.loads(text)
        if "\\u" in text:
            wrong = [_field_error(path) for path in _unstorable(document)]
            if wrong:
                raise MalformedInput(wrong)
        return document


def _unstorable(document: Any) -> Iterator[Path]:
    waiting: list[tuple[Path, Any]] = [((), document)]
    while waiting:
        path, value = waiting.pop()
        match value:
            case str():
                if not storable(value):
                    yield path
            case dict():
                if not all(map(storable, value)):
                    yield path
                waiting += [((*path, key), held) for key, held in value.items() if storable(key)]
            case list():
                waiting += [((*path, row), held) for row, held in enumerate(value)]


def storable(text: str) -> bool:
    """Whether UTF-8 and the database can hold this text."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def _field_error(path: Path) -> FieldError:
    field, row = field_named(path)
    return FieldError("body", field, STORABLE, row)
