"""For whom an answer is meant: what the gate lets them see travels with it."""

from dataclasses import InitVar, dataclass

from models.sensitivity import Sensitivity
from service.gate import seal as sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A principal in a role. Only the gate makes one: its constructor refuses everybody else.

    ``sees`` are the kinds of values that they see of others, ``sees_own`` of what is about themselves.
    """

    principal_id: str
    api_role: str
    sees: frozenset[Sensitivity]
    sees_own: frozenset[Sensitivity]
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        sealed.require(seal, "a reader; ask gate.reader")

    def sees_of(self, person: str | None) -> frozenset[Sensitivity]:
        """What they see of a subject that is about this person, None where it is about nobody.

        A principal is the person of the same id: whoever gives a consultant a key names it after them.
        """
        return self.sees_own if person is not None and person == self.principal_id else self.sees

    @property
    def mark(self) -> str:
        """Says who read, and with what eyes: an answer is given again only to a reader of the same mark."""
        return f"{self.api_role} sees {_listed(self.sees)}; own {_listed(self.sees_own)}"


def _listed(kinds: frozenset[Sensitivity]) -> str:
    return ",".join(sorted(kinds))
