"""Subjects of which an event cannot be answered: why each, and whether that is the end of it or a failure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from models.task import UNKNOWN, Task
from service.events.event import Ask
from service.triage.asking import SubjectsRefused

UNKNOWN_ID, MALFORMED_ID = "unknown_id", "malformed_id"


@dataclass(frozen=True)
class LeftOut:
    """The subjects of an event that were not asked about.

    ``not_open`` counts by why those that are ``over`` or not yet due, as a request that was filled: nothing is wrong
    with them. ``unknown`` are in no record, and ``malformed`` cannot be: somebody has to look at these.
    """

    not_open: Mapping[str, int] = field(default_factory=dict)
    unknown: int = 0
    malformed: int = 0
    over: tuple[str, ...] = ()

    def __add__(self, other: "LeftOut") -> "LeftOut":
        both = Counter(self.not_open) + Counter(other.not_open)
        return LeftOut(
            dict(both), self.unknown + other.unknown, self.malformed + other.malformed, self.over + other.over
        )

    @property
    def why(self) -> str | None:
        """A sentence for each reason why some are over, None where none is. No id is in it."""
        if not self.not_open:
            return None
        return " ".join(f"For {count} of them, {why}." for why, count in sorted(self.not_open.items()))

    @property
    def failure(self) -> tuple[str, str] | None:
        """The code of the failure that they are, and why; None where they are none."""
        if self.unknown:
            return UNKNOWN_ID, f"{self.unknown} of the ids that the event leads to are in no record; load them first."
        if self.malformed:
            return MALFORMED_ID, f"{self.malformed} of the ids that the event leads to can be no id of a record."
        return None


def sorted_out(task: Task, ask: Ask, refused: SubjectsRefused) -> tuple[Ask | None, LeftOut]:
    """What is left to ask once those that were refused are left out, None where nothing is."""
    rest = tuple(subject for row, subject in enumerate(ask.ids) if row not in refused.rows)
    malformed = {row for row, why in enumerate(task.malformed(ask.ids).to_list()) if why is not None}
    unknown = {row for row, why in refused.rows.items() if why == UNKNOWN}
    over = {row: why for row, why in refused.rows.items() if row not in malformed | unknown}
    left_out = LeftOut(
        not_open=dict(Counter(over.values())),
        unknown=len(unknown),
        malformed=len(malformed & refused.rows.keys()),
        over=tuple(ask.ids[row] for row in over),
    )
    return (replace(ask, ids=rest) if rest else None), left_out
