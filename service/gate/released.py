"""An answer that may leave: the gate makes it for one reader, and nothing else is sent on a judged route."""

from collections.abc import Callable, Mapping
from dataclasses import InitVar, dataclass
from typing import Any

from pydantic_core import to_json

from service.gate import seal as sealed
from service.gate.reader import Reader
from service.gate.seal import SEAL

Showing = Callable[[Reader], Mapping[str, Any]]
"""What is said, in plain values, as this reader may see it; see `service.gate.redaction`."""


@dataclass(frozen=True, slots=True)
class Released:
    """The bytes of a JSON document as they leave. Only the gate makes one: its constructor refuses everybody else."""

    content: bytes
    reader: Reader
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        sealed.require(seal, "a released answer; hand it a Showing")


def release(showing: Showing, reader: Reader) -> Released:
    """What is said, as the reader may see it."""
    return Released(to_json(showing(reader)), reader, SEAL)


def released_again(content: bytes, mark: str | None, reader: Reader) -> Released | None:
    """An answer that was released before; None where that was to another eye. ``mark`` is the reader's of then."""
    return Released(content, reader, SEAL) if mark == reader.mark else None
