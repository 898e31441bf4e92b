"""``bellwether.forecast.variance_crossed``."""

from pydantic import Field

from service.events.types.common import EventData, Ids


class ForecastVarianceCrossed(EventData):
    """The forecasts of these projects left the tolerance that the firm set for them."""

    project_ids: Ids = Field(description="the projects to look at", examples=[["hv-07"]])


EXAMPLE = {
    "workflow": {"name": "margin_review", "instance": "MR-hv-07", "step": "variance_crossed", "requester": "p-18"},
    "project_ids": ["hv-07"],
}
