"""Who sees what: one table, decided by the policies once for each api_role and kind of value."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.sensitivity import Sensitivity
from service.gate.question import Undecided, entity


@dataclass(frozen=True, slots=True)
class Sight:
    """Somebody in a role looks at a kind of value; ``own``: it is about the reader."""

    api_role: str
    sensitivity: Sensitivity
    own: bool

    @property
    def workflow(self) -> str | None:
        return None

    def request(self) -> dict[str, Any]:
        """The Cedar request: the role sees the kind of value."""
        return {
            "principal": entity("ApiRole", self.api_role),
            "action": entity("Action", "see"),
            "resource": entity("Sensitivity", self.sensitivity),
            "context": {"own": self.own},
        }

    def undecided(self) -> Undecided:
        """No policy shows it to this role."""
        return Undecided("not_visible", f"Nobody as {self.api_role} sees {self.sensitivity} values of others.")


@dataclass(frozen=True, slots=True)
class Visibility:
    """The whole table. An unknown role sees nothing that is sensitive."""

    seen: Mapping[tuple[str, bool], frozenset[Sensitivity]]

    def of(self, api_role: str, *, own: bool = False) -> frozenset[Sensitivity]:
        """What this role sees; ``own``: of what is about the reader."""
        return self.seen.get((api_role, own), frozenset())
