"""The types of events that are understood: what each means, holds and looks like, and which workflows it comes from.

An event names no task. It carries ids of some *kinds of subjects*, and whatever task scores subjects of such a kind can
serve it, also one that is added later.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from models.catalog import TASKS
from models.task import Task
from service.events.event import EventType
from service.events.types import (
    approval_exception,
    delivery_review,
    forecast_variance,
    milestone_due,
    resource_request,
    time_window,
)
from service.events.types.common import EventData

SOURCE = "https://engine.example/workflows"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True)
class KnownType:
    """One type of event.

    ``kinds`` are the kinds of subjects (`Task.subject`) that its ids lead to. ``beside`` names what serves it though no
    predictor does: summaries and texts, as workflows list them among their tasks.
    """

    name: EventType
    description: str
    data: type[EventData]
    kinds: tuple[str, ...]
    beside: tuple[str, ...]
    happened: str
    subject: str
    example_data: Mapping[str, Any]

    def schema(self) -> dict[str, Any]:
        """The JSON schema of ``data``."""
        head = {"$schema": _DIALECT, "$id": f"urn:bellwether:event:{self.name}", "title": self.name}
        return head | self.data.model_json_schema() | head | {"description": self.description}

    def example(self) -> dict[str, Any]:
        """An event of this type in structured mode, about the small firm of ``fixtures/firm``."""
        return {
            "specversion": "1.0",
            "id": f"{self.name.rsplit('.', 1)[1]}-{self.subject}",
            "source": SOURCE,
            "type": self.name,
            "subject": self.subject,
            "time": self.happened,
            "datacontenttype": "application/json",
            "data": self.example_data,
        }

    def served_by(self, tasks: Collection[str]) -> bool:
        """Whether a workflow with these tasks can do something with it."""
        return any(task in self.beside or (task in TASKS and TASKS[task].subject in self.kinds) for task in tasks)

    def tasks_for(self, kind: str, governed: Collection[str]) -> list[Task]:
        """The tasks that score subjects of a kind: those of the workflow, or all where none of the type's are its own.

        A deal in review, for one, is asked about by staffing's task: nothing of it may be recommended there, and what
        it foresees is told all the same.
        """
        able = [task for task in TASKS.values() if task.subject in self.kinds]
        own = [task for task in able if task.name in governed]
        return [task for task in own or able if task.subject == kind]


KNOWN: Mapping[EventType, KnownType] = {
    known.name: known
    for known in (
        KnownType(
            EventType.DELIVERY_REVIEW_ENTERED,
            "A deal that was won entered delivery review: what does it say, and will its people be found?",
            delivery_review.DeliveryReviewEntered, ("request",), ("sow",),
            "2025-10-21T09:15:00Z", "hv-05", delivery_review.EXAMPLE,
        ),
        KnownType(
            EventType.THRESHOLD_EXCEEDED,
            "Requests for people exceed what the firm set as large: will they be filled by the day they are needed?",
            resource_request.ResourceRequests, ("request",), (),
            "2025-10-21T10:00:00Z", "rr-28", resource_request.EXAMPLE_THRESHOLD_EXCEEDED,
        ),
        KnownType(
            EventType.STILL_OPEN,
            "Requests for people have been open for a while: will they be filled by the day they are needed?",
            resource_request.ResourceRequests, ("request",), (),
            "2025-10-21T10:00:00Z", "rr-27", resource_request.EXAMPLE_STILL_OPEN,
        ),
        KnownType(
            EventType.WINDOW_CLOSING,
            "The window for entering time is closing: whose days will be missing, and which entries are unusual?",
            time_window.TimeWindowClosing, ("person-day", "time entry"), (),
            "2025-10-24T12:00:00Z", "TE-2025-W43", time_window.EXAMPLE,
        ),
        KnownType(
            EventType.VARIANCE_CROSSED,
            "Forecasts of projects left their tolerance: will their margins fall further?",
            forecast_variance.ForecastVarianceCrossed, ("project",), (),
            "2025-10-20T16:30:00Z", "hv-07", forecast_variance.EXAMPLE,
        ),
        KnownType(
            EventType.EXCEPTION_ROUTED,
            "An approval that follows from no rule was put before a person: it is shown with its evidence.",
            approval_exception.ApprovalExceptionRouted, (), ("approval_summary",),
            "2025-10-21T13:40:00Z", "ap-20", approval_exception.EXAMPLE,
        ),
        KnownType(
            EventType.DUE_SOON,
            "Billing milestones are due soon: will they be billed in time?",
            milestone_due.MilestonesDueSoon, ("milestone",), (),
            "2025-10-22T07:00:00Z", "hv-10-m3", milestone_due.EXAMPLE,
        ),
    )
}  # fmt: skip


def workflows_serving(known: KnownType, tasks_of: Mapping[str, Collection[str]]) -> list[str]:
    """The workflows, given the tasks of each by name, that can do something with an event of this type."""
    return [name for name, tasks in tasks_of.items() if known.served_by(tasks)]
