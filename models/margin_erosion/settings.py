"""What counts as margin erosion, and within which time: the settings that a model keeps with it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

LONGEST_WINDOW_DAYS = 120
"""A firm that forecasts once a quarter has its next forecast within this time; one later tells of another project."""


class MarginErosionSettings(BaseModel):
    """The named settings of the task. The defaults are those of the design; a firm may have its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    window_from_days: int = Field(
        30, ge=1, le=LONGEST_WINDOW_DAYS, description="Days after as_of from which on the next forecast counts"
    )
    window_to_days: int = Field(
        75, ge=1, le=LONGEST_WINDOW_DAYS, description="Days after as_of up to which the next forecast counts"
    )
    label: Literal["erosion", "below_floor"] = Field(
        "erosion",
        description="erosion: the margin forecast is at least `erosion_points` below the one known at as_of. "
        "below_floor: it is at most `floor_margin`, of projects that are above it at as_of",
    )
    erosion_points: float = Field(3.0, gt=0, le=100, description="Percentage points by which the margin has to fall")
    floor_margin: float = Field(0.0, ge=-1, lt=1, description="Margin that the label below_floor means, as a share")

    @field_validator("window_to_days")
    @classmethod
    def _after_its_start(cls, to_days: int, info: ValidationInfo) -> int:
        from_days = info.data.get("window_from_days")
        if from_days is not None and to_days < from_days:
            raise ValueError(f"{to_days} days; expected at least window_from_days, {from_days}")
        return to_days
