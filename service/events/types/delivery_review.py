"""``bellwether.deal.delivery_review.entered``."""

from typing import Self

from pydantic import ConfigDict, Field, model_validator

from service.events.types.common import EventData, Id, Ids


class DeliveryReviewEntered(EventData):
    """A deal that was won entered the delivery review. Its project, its SOW or some of its requests are named."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [{"required": ["project_id"]}, {"required": ["sow_id"]}, {"required": ["request_ids"]}]
        }
    )

    project_id: Id | None = Field(None, description="all of its open requests are looked at", examples=["hv-05"])
    sow_id: Id | None = Field(None, description="the statement of work, which is read", examples=["sow-05"])
    request_ids: Ids | None = Field(None, description="requests to look at beside the project's", examples=[["rr-27"]])

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if self.project_id is None and self.sow_id is None and self.request_ids is None:
            raise ValueError("expected at least one of project_id, sow_id and request_ids")
        return self


EXAMPLE = {
    "workflow": {
        "name": "project_initiation",
        "instance": "PI-2025-014",
        "step": "delivery_review",
        "requester": "p-11",
    },
    "project_id": "hv-05",
    "sow_id": "sow-05",
}
