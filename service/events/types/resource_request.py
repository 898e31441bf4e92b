"""``bellwether.resource_request.threshold_exceeded`` and ``.still_open``."""

from pydantic import Field

from service.events.types.common import EventData, Ids


class ResourceRequests(EventData):
    """Requests for people that are not filled."""

    request_ids: Ids = Field(description="the requests to look at", examples=[["rr-27", "rr-28"]])


EXAMPLE_THRESHOLD_EXCEEDED = {
    "workflow": {"name": "staffing", "instance": "RR-28", "step": "requested", "requester": "p-02"},
    "request_ids": ["rr-28"],
}
EXAMPLE_STILL_OPEN = {
    "workflow": {"name": "staffing", "instance": "RR-27", "step": "searching", "requester": "p-11"},
    "request_ids": ["rr-27"],
}
