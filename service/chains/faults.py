"""Why a route's reply did not count: a closed list, and how what clients raise is read into it.

The message of what was raised is never kept: clients quote what a server said, and servers quote what they were sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Fault(StrEnum):
    """What came in place of a reply that counts."""

    DEADLINE_PASSED = "deadline_passed"
    BUDGET_SPENT = "budget_spent"
    ENDPOINT_RESTING = "endpoint_resting"
    NOT_REACHED = "not_reached"
    TIMED_OUT = "timed_out"
    RATE_LIMITED = "rate_limited"
    SERVER_FAILED = "server_failed"
    NOT_AUTHORISED = "not_authorised"
    NOT_FOUND = "not_found"
    REQUEST_REFUSED = "request_refused"
    TOO_LONG = "too_long"
    UNREADABLE = "unreadable"
    TRUNCATED = "truncated"
    FILTERED = "filtered"
    REFUSED = "refused"
    EMPTY = "empty"
    NO_CALL = "no_call"
    MALFORMED = "malformed"
    WRONG_SHAPE = "wrong_shape"
    WRONG = "wrong"


RETRIED = frozenset({Fault.NOT_REACHED, Fault.RATE_LIMITED, Fault.SERVER_FAILED})
"""Where the same call may fare better a moment later. A reply that was wrong once is not asked for again."""

OF_ENDPOINT = RETRIED | {Fault.TIMED_OUT, Fault.NOT_AUTHORISED, Fault.NOT_FOUND, Fault.UNREADABLE}
"""What tells of the endpoint and not of the question: enough of them in a row, and it is left in peace."""

_BY_NAME = {
    "LengthFinishReasonError": Fault.TRUNCATED,
    "ContentFilterFinishReasonError": Fault.FILTERED,
    "OpenAIRefusalError": Fault.REFUSED,
    "ModelRefusalError": Fault.REFUSED,
    "ContextOverflowError": Fault.TOO_LONG,
    "TimeoutError": Fault.TIMED_OUT,
    "ModelTimeoutError": Fault.TIMED_OUT,
    "ConnectTimeoutError": Fault.TIMED_OUT,
    "ReadTimeoutError": Fault.TIMED_OUT,
    "APITimeoutError": Fault.TIMED_OUT,
    "ModelConnectionError": Fault.NOT_REACHED,
    "APIConnectionError": Fault.NOT_REACHED,
    "TransportError": Fault.NOT_REACHED,
    "EndpointConnectionError": Fault.NOT_REACHED,
    "ConnectionError": Fault.NOT_REACHED,
}
"""By the names of classes, of which every client has its own: to import them all would be to need them all."""

_BY_STATUS = {
    401: Fault.NOT_AUTHORISED,
    403: Fault.NOT_AUTHORISED,
    404: Fault.NOT_FOUND,
    408: Fault.SERVER_FAILED,
    409: Fault.SERVER_FAILED,
    413: Fault.TOO_LONG,
    429: Fault.RATE_LIMITED,
}
_CLIENT_ERROR, _SERVER_ERROR = 400, 500
_BEDROCK = {"ThrottlingException": Fault.RATE_LIMITED, "ModelTimeoutException": Fault.SERVER_FAILED}


@dataclass(frozen=True)
class Failure:
    """What was raised, read. ``retry_after`` is in seconds, where the server said so; tokens where it counted them."""

    fault: Fault
    retry_after: float | None = None
    tokens_in: int = 0
    tokens_out: int = 0


def read_error(error: BaseException) -> Failure:
    """What it was that a client raised. Whatever is not known is unreadable."""
    fault = _named(error) or _by_status(error) or Fault.UNREADABLE
    usage = getattr(getattr(error, "completion", None), "usage", None)
    return Failure(
        fault=fault,
        retry_after=_retry_after(error),
        tokens_in=_count(getattr(usage, "prompt_tokens", 0)),
        tokens_out=_count(getattr(usage, "completion_tokens", 0)),
    )


def _named(error: BaseException) -> Fault | None:
    return next((_BY_NAME[each.__name__] for each in type(error).__mro__ if each.__name__ in _BY_NAME), None)


def _by_status(error: BaseException) -> Fault | None:
    response = getattr(error, "response", None)
    if isinstance(response, Mapping):  # botocore answers with dictionaries
        code = response.get("Error", {}).get("Code")
        if code in _BEDROCK:
            return _BEDROCK[code]
        status: Any = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    else:
        status = getattr(error, "status_code", None) or getattr(response, "status_code", None)
    if not isinstance(status, int) or status < _CLIENT_ERROR:
        return None
    if status >= _SERVER_ERROR:
        return Fault.SERVER_FAILED
    if getattr(error, "code", None) == "content_filter":  # Azure refuses what it filters with 400
        return Fault.FILTERED
    return _BY_STATUS.get(status, Fault.REQUEST_REFUSED)


def _retry_after(error: BaseException) -> float | None:
    response = getattr(error, "response", None)
    headers = getattr(response, "headers", None)
    if isinstance(response, Mapping):
        headers = response.get("ResponseMetadata", {}).get("HTTPHeaders")
    if not isinstance(headers, Mapping):
        return None
    try:
        seconds = float(headers.get("retry-after", ""))
    except (TypeError, ValueError):  # a date, or nothing
        return None
    return seconds if 0 <= seconds < float("inf") else None


def _count(given: Any) -> int:
    return given if isinstance(given, int) and given > 0 else 0
