"""What the gate is asked before a task tells anybody anything: may it be used here, now, for this?"""

from dataclasses import dataclass
from typing import Any

from service.gate.question import Undecided, entity, known


@dataclass(frozen=True, slots=True)
class Informing:
    """All that Cedar is told of a call before it is answered. ``workflow`` is None where the question arose in none.

    ``purpose`` is the workflow's, ``stated_purpose`` what the caller says it asks for; None is unknown.
    """

    task: str
    workflow: str | None
    person_level: bool
    purpose_recorded: bool
    purpose: str | None
    stated_purpose: str | None
    task_stopped: bool
    workflow_stopped: bool

    def request(self) -> dict[str, Any]:
        """The Cedar request: the task informs in the workflow."""
        context = {
            "person_level": self.person_level,
            "purpose_recorded": self.purpose_recorded,
            "purpose": self.purpose,
            "stated_purpose": self.stated_purpose or None,
            "task_stopped": self.task_stopped,
            "workflow_stopped": self.workflow_stopped,
        }
        return {
            "principal": entity("Task", self.task),
            "action": entity("Action", "inform"),
            "resource": entity("Workflow", self.workflow or ""),
            "context": known(context),
        }

    def undecided(self) -> Undecided:
        """No policy lets the task inform: it scores people, and nobody has recorded why it may here."""
        return Undecided(
            "may_not_inform",
            f"Task {self.task!r} scores people, and no purpose, impact assessment and worker information is on record "
            "for this use.",
        )
