"""Pydantic's findings about a request, as field errors that never repeat what was sent."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, get_args

from pydantic_core import core_schema

from service.errors import FieldError, MalformedInput, MalformedJson, ServiceError

_LONGEST_FIELD = 120
_MOST_LOOKED_AT = 1_000
_WORDED = {
    "extra_forbidden": "unknown field; leave it out",
    "missing": "missing; it is required",
    "union_tag_invalid": "expected one of the kinds that /openapi.json lists",
}
_MAY_QUOTE = frozenset({"value_error", "assertion_error", "get_attribute_error", "iteration_error", "uuid_parsing"})
_NEVER_QUOTE = frozenset(get_args(core_schema.ErrorType)) - _MAY_QUOTE
_UNSAID = "not as /openapi.json describes it"
_VALUE_PREFIX = re.compile(r"^(Value error|Assertion failed), ")


def error_of(findings: Sequence[Any]) -> ServiceError:
    """MalformedJson where the body could not even be parsed, else MalformedInput."""
    for finding in findings:
        if finding["type"] == "json_invalid":
            position = finding["loc"][-1]
            return MalformedJson(position if isinstance(position, int) else None)
    listed = findings[: MalformedInput.MOST_LISTED]
    return MalformedInput([field_error(finding) for finding in listed], count=len(findings))


def field_error(finding: Any) -> FieldError:
    """One finding: ``("body", "subjects", 3, "snapshot", "hours")`` is the field subjects.snapshot.hours in row 3."""
    place, *path = finding["loc"]
    field, row = field_named(path)
    return FieldError(place=str(place), field=field, expected=_expected(finding), row=row)


def field_named(path: Sequence[str | int]) -> tuple[str, int | None]:
    """A path into a document in words, and the first index on it as the row; further ones stay in the words."""
    row = next((part for part in path if isinstance(part, int)), None)
    words: list[str] = []
    row_named = False
    for part in path:
        if isinstance(part, str):
            words.append(part)
        elif row_named:
            words[-1:] = [f"{words[-1] if words else ''}[{part}]"]
        else:
            row_named = True
    return ".".join(words)[:_LONGEST_FIELD], row


def _expected(finding: Any) -> str:
    kind = finding["type"]
    if kind in _WORDED:
        return _WORDED[kind]
    message = _VALUE_PREFIX.sub("", finding["msg"])
    if kind not in _NEVER_QUOTE and _quotes(message, finding.get("input")):
        return _UNSAID
    return message[:1].lower() + message[1:]


def _quotes(message: str, sent: object) -> bool:
    """Whether a validator's own words repeat a value; a validator of a whole object may repeat any in it."""
    scalars = list(islice(_scalars(sent), _MOST_LOOKED_AT + 1))
    return len(scalars) > _MOST_LOOKED_AT or any(_says(message, str(scalar)) for scalar in scalars)


def _says(message: str, text: str) -> bool:
    return bool(text) and re.search(rf"(?<!\w){re.escape(text)}(?!\w)", message) is not None


def _scalars(sent: object) -> Iterator[object]:
    waiting = [sent]
    while waiting:
        match waiting.pop():
            case dict() as held:
                waiting += held.values()
            case list() | tuple() as held:
                waiting += held
            case None | bool():
                pass
            case scalar:
                yield scalar
