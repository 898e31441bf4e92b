"""Pydantic's findings about a request, as field errors that never repeat what was sent."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from service.errors import FieldError, MalformedInput, MalformedJson, ServiceError

_LONGEST_FIELD = 120
_WORDED = {
    "extra_forbidden": "unknown field; leave it out",
    "missing": "missing; it is required",
    "union_tag_invalid": "expected one of the kinds that /openapi.json lists",
}
_VALUE_PREFIX = re.compile(r"^(Value error|Assertion failed), ")


def error_of(findings: Sequence[Any]) -> ServiceError:
    """MalformedJson where the body could not even be parsed, else MalformedInput with every finding."""
    for finding in findings:
        if finding["type"] == "json_invalid":
            position = finding["loc"][-1]
            return MalformedJson(position if isinstance(position, int) else None)
    return MalformedInput([field_error(finding) for finding in findings])


def field_error(finding: Any) -> FieldError:
    """One finding: ``("body", "subjects", 3, "snapshot", "hours")`` is the field subjects.snapshot.hours in row 3."""
    place, *path = finding["loc"]
    row = next((part for part in path if isinstance(part, int)), None)
    return FieldError(place=str(place), field=_field(path, row), expected=_expected(finding), row=row)


def _field(path: Iterable[str | int], row: int | None) -> str:
    words: list[str] = []
    row_named = row is None
    for part in path:
        if isinstance(part, str):
            words.append(part)
        elif row_named:
            words[-1:] = [f"{words[-1] if words else ''}[{part}]"]
        else:
            row_named = True
    return ".".join(words)[:_LONGEST_FIELD]


def _expected(finding: Any) -> str:
    if worded := _WORDED.get(finding["type"]):
        return worded
    message = _VALUE_PREFIX.sub("", finding["msg"])
    if any(_says(message, scalar) for scalar in _scalars(finding.get("input"))):
        return "not as /openapi.json describes it"
    return message[:1].lower() + message[1:]


def _says(message: str, scalar: object) -> bool:
    text = str(scalar)
    return bool(text) and re.search(rf"(?<!\w){re.escape(text)}(?!\w)", message) is not None


def _scalars(sent: object) -> Iterator[object]:
    """Every value within what was sent; a validator of a whole object may word any of them."""
    match sent:
        case dict():
            for value in sent.values():
                yield from _scalars(value)
        case list() | tuple():
            for value in sent:
                yield from _scalars(value)
        case None | bool():
            return
        case _:
            yield sent
