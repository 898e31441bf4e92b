"""The settings of the inbox: what ranks an exception, what raises it again, and how much a reviewer can take on."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ledger.principals import ApiRole

Share = Annotated[float, Field(ge=0, le=1)]


class TriageSettings(BaseModel):
    """How the inbox ranks and what it raises again (docs/inbox.md). Money is in the reporting currency."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    capacity: Annotated[int, Field(ge=0, le=1_000, description="exceptions that a reviewer can take on a day")] = 2
    capacity_by_role: Mapping[ApiRole, Annotated[int, Field(ge=0, le=1_000)]] = Field(
        default_factory=dict, description='the same for one api_role, as JSON: {"pmo": 5}'
    )
    deferred_share: Share = Field(0.25, description="how much deferred money weighs against money that is lost")
    unknown_money: Annotated[float, Field(ge=0, description="taken for a trouble whose money nobody knows")] = 2_500
    unknown_days: Annotated[float, Field(ge=0, description="taken where no point of no return is known")] = 30
    half_time_days: Annotated[float, Field(gt=0, description="so far from it, a trouble is half as urgent")] = 14
    past_urgency: Share = Field(0.25, description="urgency of what can no longer be turned")
    worse_factor: Annotated[float, Field(ge=1, description="money so many times what was decided on is worse")] = 1.25
    worse_least: Annotated[float, Field(ge=0, description="and by at least so much")] = 250
    remember_days: Annotated[
        float, Field(ge=0, description="days in which a cause that was resolved comes back as the same exception")
    ] = 28
    lapse_days: Annotated[float, Field(gt=0, description="days after its point of no return until it lapses")] = 14

    def capacity_of(self, api_role: str) -> int:
        """How many exceptions a reviewer in this role can take on a day."""
        return next((most for role, most in self.capacity_by_role.items() if role == api_role), self.capacity)
