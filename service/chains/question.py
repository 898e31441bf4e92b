"""What is asked of a language model, and what came of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from pydantic import BaseModel

Value = TypeVar("Value", bound=BaseModel)


class Route(StrEnum):
    """Who answered. The embedded route is no language model: whoever asks has its own answer ready."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    EMBEDDED = "embedded"


@dataclass(frozen=True)
class PromptRef:
    """The prompt behind an answer; ``sha`` is the SHA-256 of its file."""

    name: str
    version: int
    sha: str


@dataclass(frozen=True)
class Question(Generic[Value]):
    """One question. ``prompt`` names the newest version of ``prompts/<name>/``, ``variables`` fill it.

    ``reply`` is the shape of a reply, ``wrong`` says what is wrong with one that has the shape (nothing: it counts).
    ``region`` is where the document is from: the gate decides by it which routes may see it. ``document`` is a digest
    of all that is asked about, for the cache: of the part, where a document is asked about in parts. ``workflow`` is
    the governed workflow that asks; None where it is not known.
    """

    prompt: str
    variables: Mapping[str, str]
    reply: type[Value]
    wrong: Callable[[Value], Sequence[str]]
    region: str | None
    document: str
    workflow: str | None = None


@dataclass(frozen=True)
class Tried:
    """A route that was tried or left out, and why its reply did not count; ``why`` is None where it did.

    ``why`` is one of `service.chains.faults.Fault`, or the code of the policy that kept the text from the route.
    """

    route: Route
    why: str | None


@dataclass(frozen=True)
class Reply(Generic[Value]):
    """What came of a question. ``value`` is None where no reply counted: then the embedded route answers.

    Calls, tokens and cost are those of all routes that were tried. ``cost`` is in the currency of the prices in the
    settings; None where a route that was called has none. Tokens that an endpoint does not count are estimated from
    above. An answer from the cache has cost nothing.
    """

    value: Value | None
    route: Route
    prompt: PromptRef | None
    tried: Sequence[Tried] = field(default_factory=tuple)
    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float | None = None
