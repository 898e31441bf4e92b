"""What counts as missing time, and when it is asked: the settings that a model keeps with it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class MissingTimeSettings(BaseModel):
    """The named settings of the task. The defaults are those of the design; a firm may have its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: Literal["missing_hours", "no_entry"] = Field(
        "missing_hours",
        description="missing_hours: less than `known_share` of the expected hours are known by the cutoff. "
        "no_entry: no hours at all are known by the cutoff, on any working day of an active person",
    )
    moment: Literal["all", "day_start", "day_end", "friday"] = Field(
        "all", description="When a person-day is asked about: as the day starts, at 18:00, on Friday at 12:00, or all"
    )
    known_share: float = Field(0.5, gt=0, le=1, description="Share of the expected hours below which time is missing")
    active_days: int = Field(21, ge=1, le=84, description="Days since the last entry after which nothing is expected")
