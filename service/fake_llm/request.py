"""A chat completion as it is asked for."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SCHEMA_FOLLOWS = "Its schema: "
"""After these words a system message holds the schema, where the protocol itself only says that JSON is wanted."""


class NotAChat(Exception):
    """A body that is no chat completion; the sentence says what was expected."""


@dataclass(frozen=True)
class ChatRequest:
    """``schema`` is that of the reply; None where any text will do. ``tool`` is the function that has to be called."""

    model: str
    system: str
    user: str
    schema: Mapping[str, Any] | None
    tool: str | None
    stream: bool


def read_request(body: bytes) -> ChatRequest:
    """The request of a body. Raises NotAChat."""
    try:
        asked = json.loads(body)
        messages = asked["messages"]
        said = {"system": "", "user": ""}
        for message in messages:
            role = "system" if message["role"] in {"system", "developer"} else "user"
            said[role] = f"{said[role]}\n{_text(message['content'])}".strip("\n")
        schema, tool = _shape(asked, said["system"])
        return ChatRequest(str(asked["model"]), said["system"], said["user"], schema, tool, bool(asked.get("stream")))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotAChat("expected a chat completion: model, messages and, where wanted, response_format") from error


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    parts: Sequence[Mapping[str, Any]] = content or []
    return "\n".join(str(part.get("text", "")) for part in parts)


def _shape(asked: Mapping[str, Any], system: str) -> tuple[Mapping[str, Any] | None, str | None]:
    if tools := asked.get("tools"):
        function = tools[0]["function"]
        return function["parameters"], function["name"]
    form = asked.get("response_format") or {}
    if form.get("type") == "json_schema":
        return form["json_schema"]["schema"], None
    if form.get("type") == "json_object":
        _, told, schema = system.rpartition(SCHEMA_FOLLOWS)
        return (json.loads(schema) if told else {"type": "object"}), None
    return None, None
