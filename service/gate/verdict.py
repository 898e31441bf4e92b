"""What the gate said about a case: a value, never an exception and never a mere yes."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn


class Outcome(StrEnum):
    """Whether a proposal may leave as a recommendation."""

    PERMITTED = "permitted"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Permitted or withheld, and why.

    ``codes`` are empty when permitted, and else never; the first is the one to show where there is room for one. They
    stand in the order of the policy files. ``policies`` are the ids of those that decided. ``reason`` is worded without
    any figure, since not every reader may see money. ``workflow_version`` is None for an unknown workflow.
    """

    outcome: Outcome
    codes: tuple[str, ...]
    policies: tuple[str, ...]
    reason: str
    policy_version: str
    workflow_version: int | None

    @property
    def permitted(self) -> bool:
        return self.outcome is Outcome.PERMITTED

    def __bool__(self) -> NoReturn:
        raise TypeError("a verdict is neither true nor false; ask verdict.permitted")
