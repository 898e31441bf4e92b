"""``bellwether.milestone.due_soon``."""

from pydantic import Field

from service.events.types.common import EventData, Ids


class MilestonesDueSoon(EventData):
    """Billing milestones whose due date is near."""

    milestone_ids: Ids = Field(description="the milestones to look at", examples=[["hv-10-m3"]])


EXAMPLE = {
    "workflow": {"name": "milestone_billing", "instance": "MB-hv-10-m3", "step": "due_soon", "requester": "p-19"},
    "milestone_ids": ["hv-10-m3"],
}
