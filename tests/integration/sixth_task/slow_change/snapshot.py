"""The contract of `slow_change`: all that its predictor may know of an undecided change request as of an instant."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.sensitivity import marked

Word = Annotated[str | None, Field(max_length=200, json_schema_extra={"unit": "category"})]


class SlowChangeSnapshot(BaseModel):
    """A change request that nobody has decided yet."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    open_days: Annotated[float, Field(ge=0, le=5_000, json_schema_extra={"unit": "days"})] = Field(
        description="Days since it was raised"
    )
    hours: Annotated[float | None, Field(ge=0, le=1e6, json_schema_extra={"unit": "hours"})] = Field(
        None, description="Hours of work that it adds"
    )
    value: Annotated[float | None, Field(ge=0, le=1e9, json_schema_extra={"unit": "currency"})] = Field(
        None, description="What it adds to the contract"
    )
    service_line: Word = Field(None, description="The project's service line")
    project_id: Word = Field(None, description="The project; no feature")
    currency: Word = Field(None, description="Currency of the value; no feature")


NO_FEATURES = frozenset({"project_id", "currency"})
"""Fields that money at risk and proposals need and that the predictor does not see."""
SENSITIVE = marked({})
"""Fields that not everybody may see: a change and its price are told to all."""
