"""The shape of a reply as a JSON schema that providers take, their strict modes too."""

from typing import Any

from pydantic import BaseModel

_UNTAKEN = frozenset({"default", "title", "minLength", "maxLength", "format", "examples"})
"""What strict modes refuse or ignore. Nothing is lost: the reply itself is validated by its model."""


def schema_of(shape: type[BaseModel]) -> dict[str, Any]:
    """The schema: every object closed, every property required (what may be absent is null)."""
    schema = _closed(shape.model_json_schema())
    return {"title": shape.__name__, "description": f"A {shape.__name__}.", **schema}


def _closed(part: Any) -> Any:
    if isinstance(part, list):
        return [_closed(each) for each in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return {"$ref": part["$ref"]}
    kept: dict[str, Any] = {}
    for name, value in part.items():
        if name in {"properties", "$defs"}:
            kept[name] = {each: _closed(under) for each, under in value.items()}
        elif name == "const":
            kept["enum"] = [value]
        elif name not in _UNTAKEN:
            kept[name] = value if name in {"enum", "required"} else _closed(value)
    if "properties" in kept:
        kept |= {"required": list(kept["properties"]), "additionalProperties": False}
    return kept
