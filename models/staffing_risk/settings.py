"""Which requests are scored, and how late is late enough: the settings that a model keeps with it."""

from pydantic import BaseModel, ConfigDict, Field


class StaffingRiskSettings(BaseModel):
    """The named settings of the task. Where both thresholds are set, a request above either one is scored."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value_above: float | None = Field(
        None,
        ge=0,
        description="Only requests whose hours times bill rate, in their own currency, exceed this are scored; those "
        "without hours or a rate are too. None: all",
    )
    headcount_above: int | None = Field(
        None, ge=0, description="Only requests for more people than this are scored. None: all"
    )
    longest_delay_days: int = Field(
        60, ge=1, le=365, description="A delay counts as this long where nobody was found within it"
    )
