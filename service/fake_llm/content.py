"""What the double says: something that is valid by the schema, made from what it was asked about."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Choose = Callable[[Sequence[Any], str], Any]
"""Chooses one of a closed set, for a text."""

_LONGEST = 80
_DEEPEST = 12
_NULL = {"type": "null"}


def likeliest(labels: Sequence[Any], text: str) -> Any:
    """The label whose words the text has most often; the first of those that are alike."""
    words = re.findall(r"\w+", text.lower())
    return max(labels, key=lambda label: sum(words.count(word) for word in _words(label)) / max(1, len(_words(label))))


def another(labels: Sequence[Any], text: str) -> Any:
    """A label that is in the set and most likely wrong."""
    right = likeliest(labels, text)
    return next((label for label in reversed(labels) if label != right), right)


def first_line(text: str) -> str:
    """The first line that says anything, cut short."""
    return next((line.strip()[:_LONGEST] for line in text.splitlines() if line.strip()), "")


@dataclass(frozen=True)
class Content:
    """Makes values by a schema, for a text. ``said`` is put into free texts.

    ``forward`` also fills what may be null; where not, it stays null.
    """

    schema: Mapping[str, Any]
    text: str
    choose: Choose
    said: str
    forward: bool = False

    def made(self) -> Any:
        """A value that is valid by the schema."""
        return self._made(self.schema, _DEEPEST)

    def _made(self, part: Mapping[str, Any], depth: int) -> Any:
        part = self._referred(part)
        if "enum" in part:
            return self.choose(part["enum"], self.text)
        if "anyOf" in part:
            kinds = [kind for kind in part["anyOf"] if kind != _NULL]
            leave = depth == 0 or not kinds or (len(kinds) < len(part["anyOf"]) and not self.forward)
            return None if leave else self._made(kinds[0], depth - 1)
        if part.get("type") == "object":
            return {name: self._made(each, depth - 1) for name, each in part.get("properties", {}).items()}
        if part.get("type") == "array":
            return [self._made(part["items"], depth - 1)] * int(part.get("minItems", 0))
        plain = {"string": self.said, "boolean": False, "integer": 0, "number": 0}
        return part.get("minimum", plain.get(str(part.get("type"))))

    def _referred(self, part: Mapping[str, Any]) -> Mapping[str, Any]:
        if "$ref" not in part:
            return part
        found: Any = self.schema
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        return dict(found)


def _words(label: Any) -> list[str]:
    return [word for word in re.split(r"[\W_]+", str(label).lower()) if word]
