"""What a model said, read into the shape that was asked for, or into the reason why it does not count."""

import json
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from service.chains.faults import Fault
from service.language_settings import Method

Value = TypeVar("Value", bound=BaseModel)

_REASONS = {
    "length": Fault.TRUNCATED,
    "max_tokens": Fault.TRUNCATED,
    "model_context_window_exceeded": Fault.TRUNCATED,
    "content_filter": Fault.FILTERED,
    "content_filtered": Fault.FILTERED,
    "guardrail_intervened": Fault.FILTERED,
    "refusal": Fault.REFUSED,
}
"""Why a reply ended, in the words of OpenAI, Anthropic and Bedrock."""


def read_reply(message: Any, method: Method, shape: type[Value]) -> Value | Fault:
    """The reply, valid by its shape, or why there is none. ``message`` is LangChain's AIMessage.

    Nothing is mended: half a reply, two calls, or JSON with words around it are replies that do not count.
    """
    metadata = message.response_metadata
    ended = metadata.get("finish_reason") or metadata.get("stop_reason") or metadata.get("stopReason")
    if isinstance(ended, str) and ended in _REASONS:
        return _REASONS[ended]
    if message.additional_kwargs.get("refusal"):
        return Fault.REFUSED
    text = _called(message, shape) if method is Method.FUNCTION_CALLING else _said(message)
    if isinstance(text, Fault):
        return text
    try:
        return shape.model_validate_json(text)
    except ValidationError as error:
        broken = any(each["type"] == "json_invalid" for each in error.errors(include_input=False, include_url=False))
        return Fault.MALFORMED if broken else Fault.WRONG_SHAPE


def usage(message: Any) -> tuple[int, int] | None:
    """Tokens asked and replied, as the endpoint counts them; None where it does not."""
    counted = message.usage_metadata
    if not counted:
        return None
    return int(counted.get("input_tokens", 0)), int(counted.get("output_tokens", 0))


def _said(message: Any) -> str | Fault:
    text = str(message.text)
    return text if text.strip() else Fault.EMPTY


def _called(message: Any, shape: type[BaseModel]) -> str | Fault:
    if message.invalid_tool_calls:
        return Fault.MALFORMED
    if not message.tool_calls:
        return Fault.NO_CALL
    call, *more = message.tool_calls
    if more or call["name"] != shape.__name__:
        return Fault.WRONG_SHAPE
    return json.dumps(call["args"])
