"""``bellwether.approval.exception_routed``."""

from pydantic import Field

from service.events.types.common import EventData, Id


class ApprovalExceptionRouted(EventData):
    """An approval that does not follow from the rules was put before a person."""

    approval_id: Id = Field(description="the approval, as the records have it", examples=["ap-20"])


EXAMPLE = {
    "workflow": {"name": "approvals", "instance": "AP-20", "step": "waiting", "requester": "p-10"},
    "approval_id": "ap-20",
}
