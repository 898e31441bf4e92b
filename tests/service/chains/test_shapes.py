"""The schema of a reply as strict modes want it, and what errors of clients are read as."""

import datetime as dt
from enum import StrEnum
from typing import Annotated, Literal

import httpx
import pytest
from pydantic import BaseModel, Field

from service.chains.faults import Fault, read_error
from service.chains.shapes import schema_of


class Kind(StrEnum):
    ONE = "one"


class Part(BaseModel):
    default: str = "a field that is called like a keyword"
    on: dt.date | None = None


class Whole(BaseModel):
    """Is not told to anybody."""

    title: Annotated[str, Field(min_length=1, description="as it stands")]
    kind: Kind
    sure: Literal["yes"]
    parts: list[Part] = []
    worst: Part | None = Field(default=None, description="of the parts")


def test_objects_are_closed_and_all_that_they_hold_is_required():
    schema = schema_of(Whole)
    assert (schema["title"], schema["type"], schema["additionalProperties"]) == ("Whole", "object", False)
    assert schema["required"] == ["title", "kind", "sure", "parts", "worst"]
    assert schema["properties"] == {
        "title": {"type": "string", "description": "as it stands"},
        "kind": {"$ref": "#/$defs/Kind"},
        "sure": {"type": "string", "enum": ["yes"]},
        "parts": {"type": "array", "items": {"$ref": "#/$defs/Part"}},
        "worst": {"anyOf": [{"$ref": "#/$defs/Part"}, {"type": "null"}], "description": "of the parts"},
    }
    assert schema["$defs"]["Part"] == {
        "type": "object",
        "properties": {"default": {"type": "string"}, "on": {"anyOf": [{"type": "string"}, {"type": "null"}]}},
        "required": ["default", "on"],
        "additionalProperties": False,
    }


class ClientError(Exception):
    """As botocore raises it."""

    def __init__(self, code, status):
        told = {"HTTPStatusCode": status, "HTTPHeaders": {"retry-after": "7"}}
        self.response = {"Error": {"Code": code}, "ResponseMetadata": told}


class APIStatusError(Exception):
    """As the clients of OpenAI and Anthropic raise it."""

    def __init__(self, status, code=None, headers=None):
        self.status_code, self.code = status, code
        self.response = httpx.Response(status, headers=headers)


class LengthFinishReasonError(Exception):
    """As OpenAI's client raises it."""


class ContextOverflowError(APIStatusError):
    """As LangChain names it."""


@pytest.mark.parametrize(
    ("error", "fault", "retry_after"),
    [
        (APIStatusError(429, headers={"Retry-After": "7"}), Fault.RATE_LIMITED, 7),
        (APIStatusError(429, headers={"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}), Fault.RATE_LIMITED, None),
        (APIStatusError(429, headers={"Retry-After": "-1"}), Fault.RATE_LIMITED, None),
        (APIStatusError(429, headers={"Retry-After": "inf"}), Fault.RATE_LIMITED, None),
        (APIStatusError(529), Fault.SERVER_FAILED, None),
        (APIStatusError(403), Fault.NOT_AUTHORISED, None),
        (APIStatusError(404), Fault.NOT_FOUND, None),
        (APIStatusError(422), Fault.REQUEST_REFUSED, None),
        (APIStatusError(400, "content_filter"), Fault.FILTERED, None),
        (APIStatusError(307), Fault.UNREADABLE, None),
        (ContextOverflowError(400), Fault.TOO_LONG, None),
        (ClientError("ThrottlingException", 400), Fault.RATE_LIMITED, 7),
        (ClientError("ModelTimeoutException", 408), Fault.SERVER_FAILED, 7),
        (ClientError("AccessDeniedException", 403), Fault.NOT_AUTHORISED, 7),
        (ClientError("ServiceUnavailableException", 503), Fault.SERVER_FAILED, 7),
        (LengthFinishReasonError(), Fault.TRUNCATED, None),
        (TimeoutError(), Fault.TIMED_OUT, None),
        (ConnectionResetError(), Fault.NOT_REACHED, None),
        (httpx.ReadError("broke off"), Fault.NOT_REACHED, None),
        (ValueError("whatever it is"), Fault.UNREADABLE, None),
    ],
)
def test_errors_are_told_apart_by_class_and_status_and_never_by_their_text(error, fault, retry_after):
    failure = read_error(error)
    assert (failure.fault, failure.retry_after) == (fault, retry_after)
