"""How the double behaves, and what it then says in OpenAI's protocol."""

import json
import time
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from service.fake_llm.content import Content, another, first_line, likeliest
from service.fake_llm.obedience import obedient, ordered
from service.fake_llm.request import ChatRequest

Script = Callable[[ChatRequest], Any]
"""What to say to a request, as a JSON value; None leaves it to the double."""

_BYTES_A_TOKEN = 4


class Scenario(StrEnum):
    """Each is what some provider does on some day."""

    GOOD = "good"
    OBEDIENT = "obedient"
    WRONG_LABEL = "wrong-label"
    RATE_LIMITED = "429"
    FAILING = "500"
    SLOW = "slow"
    DRIPPING = "dripping"
    HTML = "html"
    MALFORMED = "malformed"
    TRUNCATED = "truncated"
    REFUSAL = "refusal"
    FILTERED = "filtered"
    EMPTY = "empty"
    NO_CALL = "no-call"
    WRONG_SHAPE = "wrong-shape"
    STREAMING = "streaming"
    RESET = "reset"
    UNAUTHORISED = "401"
    REDIRECT = "redirect"


TOLD = {
    Scenario.GOOD: "a valid reply, made from the question or by the script",
    Scenario.OBEDIENT: "a valid reply that does what an instruction inside the document says",
    Scenario.WRONG_LABEL: "a label that is in the closed set and most likely wrong",
    Scenario.RATE_LIMITED: "429 with Retry-After",
    Scenario.FAILING: "500",
    Scenario.SLOW: "a valid reply, long after the deadline",
    Scenario.DRIPPING: "a valid reply whose bytes trickle: each read is quick, all of them are not",
    Scenario.HTML: "a page in HTML, with 200",
    Scenario.MALFORMED: "JSON that breaks off, as if it were whole",
    Scenario.TRUNCATED: "half a reply, finish_reason length",
    Scenario.REFUSAL: "a refusal",
    Scenario.FILTERED: "nothing, finish_reason content_filter",
    Scenario.EMPTY: "an empty reply",
    Scenario.NO_CALL: "prose where a function was to be called or JSON to be written",
    Scenario.WRONG_SHAPE: "JSON of another shape",
    Scenario.STREAMING: "a stream of events, whether asked for or not",
    Scenario.RESET: "the connection is reset",
    Scenario.UNAUTHORISED: "401, as for a key that was withdrawn",
    Scenario.REDIRECT: "307 to another address, where a good reply waits",
}


def completion(scenario: Scenario, request: ChatRequest, script: Script | None) -> dict[str, Any]:
    """The chat completion of a scenario that answers at all."""
    text = json.dumps(_said(scenario, request, script), ensure_ascii=False)
    half = text[: len(text) // 2]
    ended = "tool_calls" if request.tool else "stop"
    special: dict[Scenario, tuple[dict[str, Any], str]] = {
        Scenario.REFUSAL: ({"content": None, "refusal": "I cannot help with that."}, "stop"),
        Scenario.FILTERED: ({"content": ""}, "content_filter"),
        Scenario.EMPTY: ({"content": ""}, "stop"),
        Scenario.NO_CALL: ({"content": "I have looked at the document, and it is quite clear."}, "stop"),
        Scenario.MALFORMED: (_message(request, f'{half}"'), ended),
        Scenario.TRUNCATED: (_message(request, half), "length"),
        Scenario.WRONG_SHAPE: (_message(request, '{"something": "else"}'), ended),
    }
    message, reason = special.get(scenario, (_message(request, text), ended))
    return _completion(request, message, len(text), reason)


def chunks(whole: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The same completion as a stream's events."""
    choice = whole["choices"][0]
    deltas = [choice["message"] | {"content": piece} for piece in _pieces(choice["message"].get("content"))]
    head = {name: whole[name] for name in ("id", "created", "model")} | {"object": "chat.completion.chunk"}
    said = [head | {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    return [*said, head | {"choices": [{"index": 0, "delta": {}, "finish_reason": choice["finish_reason"]}]}]


def _said(scenario: Scenario, request: ChatRequest, script: Script | None) -> Any:
    own = scenario in {Scenario.OBEDIENT, Scenario.WRONG_LABEL}
    scripted = None if script is None or own else script(request)
    if scripted is not None:
        return scripted
    if request.schema is None:
        return f"You said: {first_line(request.user)}"
    choose = {Scenario.OBEDIENT: obedient, Scenario.WRONG_LABEL: another}.get(scenario, likeliest)
    order = ordered(request.user) if scenario is Scenario.OBEDIENT else None
    said = order or first_line(request.user)
    return Content(request.schema, request.user, choose, said, forward=order is not None).made()


def _message(request: ChatRequest, text: str) -> dict[str, Any]:
    if request.tool is None:
        return {"content": text}
    call = {"id": "call_1", "type": "function", "function": {"name": request.tool, "arguments": text}}
    return {"content": None, "tool_calls": [call]}


def _completion(request: ChatRequest, message: dict[str, Any], length: int, reason: str) -> dict[str, Any]:
    asked, replied = len(request.system + request.user) // _BYTES_A_TOKEN + 1, length // _BYTES_A_TOKEN + 1
    return {
        "id": "chatcmpl-double",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": request.model,
        "choices": [
            {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": reason, "logprobs": None}
        ],
        "usage": {"prompt_tokens": asked, "completion_tokens": replied, "total_tokens": asked + replied},
    }


def _pieces(text: str | None) -> list[str | None]:
    return [text] if text is None else [text[at : at + 16] for at in range(0, max(1, len(text)), 16)]
