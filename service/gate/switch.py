"""Kill switches: a task or a workflow is stopped by one person at once, and goes on when another one says so."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from service.gate.question import Undecided, entity, known


class Scope(StrEnum):
    """What a kill switch stops."""

    TASK = "task"
    WORKFLOW = "workflow"


class Turn(StrEnum):
    """Which way a kill switch is turned."""

    STOP = "stop"
    RESUME = "resume"


@dataclass(frozen=True, slots=True)
class SwitchFacts:
    """All that Cedar is told of somebody at a kill switch. ``stopped_by`` is None where nothing is stopped."""

    scope: Scope
    name: str
    turn: Turn
    person: str
    api_role: str
    stopped_by: str | None

    @property
    def workflow(self) -> str | None:
        return self.name if self.scope is Scope.WORKFLOW else None

    def request(self) -> dict[str, Any]:
        """The Cedar request: somebody in a role turns the switch."""
        return {
            "principal": entity("ApiRole", self.api_role),
            "action": entity("Action", self.turn),
            "resource": entity("Switch", f"{self.scope}/{self.name}"),
            "context": known({"person": self.person or None, "stopped_by": self.stopped_by}),
        }

    def undecided(self) -> Undecided:
        """No policy lets this role turn the switch."""
        return Undecided("may_not_switch", f"Nobody as {self.api_role} may {self.turn} a {self.scope}.")
