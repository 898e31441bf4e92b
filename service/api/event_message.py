"""From an HTTP message to CloudEvents 1.0: structured, binary and batched, read by the SDK."""

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from cloudevents.core.base import BaseCloudEvent, EventFactory
from cloudevents.core.bindings.http import HTTPMessage, from_binary
from cloudevents.core.exceptions import CloudEventValidationError
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import REQUIRED_ATTRIBUTES, CloudEvent
from fastapi import Depends, Request

from service.api.json_body import STORABLE, storable
from service.errors import BadRequest, FieldError, MalformedInput, MalformedJson, TooManyEvents, UnsupportedMediaType

STRUCTURED, BATCHED, BINARY = "application/cloudevents+json", "application/cloudevents-batch+json", "application/json"
MOST_EVENTS = 10_000
_EVENT = "a CloudEvent: a JSON object"
_JSON = re.compile(r"(application|text)/([a-z0-9.-]+\+)?json")
_PREFIX, _VERSION = "ce-", "1.0"
_LONGEST = {"id": 200, "source": 400, "subject": 200}
"""Characters. ``source`` and ``id`` together are an event's identity, and fit an entry of an index."""
_EXPECTED = {
    "specversion": "expected 1.0; it is the only version that is read",
    "id": f"expected 1 to {_LONGEST['id']} characters",
    "source": f"expected a URI reference of 1 to {_LONGEST['source']} characters",
    "type": "expected one of the types that GET /v1/event-types lists",
    "subject": f"expected 1 to {_LONGEST['subject']} characters, or to be left out",
    "time": "expected an instant with its zone (RFC 3339), or to be left out",
    "datacontenttype": "expected a JSON media type; data is a JSON object",
    "dataschema": "expected a URI, or to be left out",
}
_EXTENSION = "expected extension attributes to be named with lower-case letters and digits only"


@dataclass(frozen=True)
class Where:
    """Where the parts of one event stand in a call: in which row of a batch, or in headers and body."""

    row: int | None = None
    binary: bool = False

    def attribute(self, name: str, expected: str) -> FieldError:
        """What is wrong with an attribute."""
        if self.binary:
            return FieldError("header", "content-type" if name == "datacontenttype" else f"{_PREFIX}{name}", expected)
        return FieldError("body", name, expected, self.row)

    @property
    def data(self) -> tuple[str | int, ...]:
        """The path of ``data``, as findings about a body have it."""
        return ("body",) if self.binary else ("body", *([] if self.row is None else [self.row]), "data")


@dataclass(frozen=True)
class Message:
    """What a call brings, not looked into yet: its mode, and the body as it is and as JSON."""

    media_type: str
    headers: Mapping[str, list[str]]
    body: bytes
    document: Any

    @property
    def batched(self) -> bool:
        return self.media_type == BATCHED


async def _message(request: Request) -> Message:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    headers = {name: request.headers.getlist(name) for name in request.headers if name.startswith(_PREFIX)}
    if media_type not in {STRUCTURED, BATCHED} and not (headers and _JSON.fullmatch(media_type or BINARY)):
        raise UnsupportedMediaType(f"{STRUCTURED}, {BATCHED}, or {BINARY} with ce- headers")
    try:
        document = await request.json()
    except json.JSONDecodeError as error:
        raise MalformedJson(error.pos) from None
    except (RecursionError, ValueError):
        raise BadRequest("The body cannot be read; expected JSON without deep nesting and huge numbers.") from None
    return Message(media_type, headers, await request.body(), document)


SentMessage = Annotated[Message, Depends(_message)]
"""The body of a route that takes CloudEvents. Raises UnsupportedMediaType, and what reading JSON raises."""


def events_of(message: Message) -> list[tuple[Where, CloudEvent]]:
    """All events of a message, each with where it stands. ``time`` is null where none is stated.

    Raises MalformedInput with what is wrong with every one of them, TooManyEvents, BadRequest.
    """
    wrong: list[FieldError] = []
    found: list[tuple[Where, CloudEvent]] = []
    for where, read in _each(message):
        try:
            found.append((where, read()))
        except MalformedAttributes as malformed:
            wrong += malformed.errors
        except RecursionError:
            raise BadRequest("An event is nested too deeply to be read.") from None
    if wrong:
        raise MalformedInput(wrong)
    return found


class MalformedAttributes(Exception):
    """What is wrong with the attributes of one event."""

    def __init__(self, errors: list[FieldError]) -> None:
        super().__init__(f"{len(errors)} attributes")
        self.errors = errors


def _each(message: Message) -> Iterator[tuple[Where, Callable[[], CloudEvent]]]:
    if message.batched:
        if not isinstance(message.document, list):
            raise MalformedInput([FieldError("body", "", "a list of CloudEvents")])
        if len(message.document) > MOST_EVENTS:
            raise TooManyEvents(len(message.document), MOST_EVENTS)
        for row, document in enumerate(message.document):
            where = Where(row)
            yield where, lambda document=document, where=where: _structured(document, where)  # type: ignore[misc]
    elif message.media_type == STRUCTURED:
        yield Where(), lambda: _structured(message.document, Where())
    else:
        yield Where(binary=True), lambda: _binary(message, Where(binary=True))


def _structured(document: Any, where: Where) -> CloudEvent:
    if not isinstance(document, dict):
        raise MalformedAttributes([FieldError("body", "", _EVENT, where.row)])
    stated = {name: value for name, value in document.items() if value is not None}  # null is the same as left out
    if "data_base64" in stated:
        raise MalformedAttributes([where.attribute("data_base64", "expected data, as a JSON object")])
    if not isinstance(stated.get("time", ""), str):
        raise MalformedAttributes([where.attribute("time", _EXPECTED["time"])])
    _require_version(stated.get("specversion"), where)
    text = json.dumps(stated)
    return _read(where, lambda factory: JSONFormat().read(factory, text))


def _binary(message: Message, where: Where) -> CloudEvent:
    twice = [name for name, values in message.headers.items() if len(values) > 1]
    if twice:
        raise MalformedAttributes([FieldError("header", name, "expected once") for name in twice])
    headers = {name: value for name, (value,) in message.headers.items()}
    _require_version(headers.get(f"{_PREFIX}specversion"), where)
    content = HTTPMessage(headers | {"content-type": message.media_type or BINARY}, message.body)
    return _read(where, lambda factory: from_binary(content, JSONFormat(), factory))


def _require_version(stated: Any, where: Where) -> None:
    """The SDK reads older versions by other rules, so this is looked at first."""
    if stated is not None and stated != _VERSION:
        raise MalformedAttributes([where.attribute("specversion", _EXPECTED["specversion"])])


def _read(where: Where, read: Callable[[EventFactory], BaseCloudEvent]) -> CloudEvent:
    try:
        event = read(lambda attributes, data: _event(attributes, data, where))
    except (ValueError, OverflowError):  # of what is read here, only the time is parsed
        raise MalformedAttributes([where.attribute("time", _EXPECTED["time"])]) from None
    assert isinstance(event, CloudEvent)
    return event


def _event(attributes: dict[str, Any], data: Any, where: Where) -> CloudEvent:
    """The SDK's event. What it would make up, an id for one, has to be stated."""
    missing = [name for name in REQUIRED_ATTRIBUTES if name not in attributes]
    if missing:
        raise MalformedAttributes([where.attribute(name, "missing; it is required") for name in missing])
    timed = "time" in attributes
    try:
        event = CloudEvent(attributes, data)
    except CloudEventValidationError as invalid:
        wrong = [where.attribute(name, _EXPECTED.get(name, _EXTENSION)) for name in invalid.errors]
        raise MalformedAttributes(wrong) from None
    if not timed:
        del attributes["time"]
    wrong = [where.attribute(name, expected) for name, expected in _unfit(event)]
    if wrong:
        raise MalformedAttributes(wrong)
    return event


def _unfit(event: CloudEvent) -> Iterator[tuple[str, str]]:
    """What the SDK lets pass and nobody can keep or read. Raises OverflowError for a time beyond the calendar."""
    for name, longest in _LONGEST.items():
        text = event.get_attributes().get(name, "")
        if len(text) > longest:
            yield name, _EXPECTED[name]
        if not storable(text):
            yield name, STORABLE
    time = event.get_time()
    if time is not None:
        time.astimezone(dt.UTC)
    content_type = event.get_datacontenttype()
    if content_type is not None and not _JSON.fullmatch(content_type.partition(";")[0].strip().lower()):
        yield "datacontenttype", _EXPECTED["datacontenttype"]
