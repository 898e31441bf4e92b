"""Which facts policies read: what none of them can tell apart need not be told apart."""

import json
from collections.abc import Iterator
from typing import Any

from cedarpy import policies_to_json_str


def facts_read(text: str) -> frozenset[str]:
    """The facts of the context that the policies of this text read; "*" where one looks at the context as a whole."""
    return frozenset(_read(json.loads(policies_to_json_str(text))))


def _read(node: Any) -> Iterator[str]:
    match node:
        case {".": {"left": {"Var": "context"}, "attr": name}} | {"has": {"left": {"Var": "context"}, "attr": name}}:
            yield name
        case {"Var": "context"}:
            yield "*"
        case dict():
            for held in node.values():
                yield from _read(held)
        case list():
            for held in node:
                yield from _read(held)
