"""What Cedar can be asked: each kind of question knows its request, and what to say where no policy speaks."""

from typing import Any, NamedTuple, Protocol


class Undecided(NamedTuple):
    """The code and the words of a refusal that no policy gave."""

    code: str
    reason: str


class Question(Protocol):
    """All that Cedar is told, and so the key under which its decision is remembered. Equal questions are one.

    ``workflow`` is the one that it is about, None where it is about none.
    """

    @property
    def workflow(self) -> str | None: ...

    def request(self) -> dict[str, Any]:
        """The Cedar request."""

    def undecided(self) -> Undecided:
        """What a refusal says that no policy gave."""

    def __hash__(self) -> int: ...


def known(values: dict[str, Any]) -> dict[str, Any]:
    """The values that are there. What is unknown is absent from a request, and a policy has to say what follows."""
    return {name: value for name, value in values.items() if value is not None}


def entity(kind: str, name: str) -> dict[str, str]:
    """A reference to an entity, as requests have it."""
    return {"type": kind, "id": name}
