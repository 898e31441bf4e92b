"""What counts as a missed milestone, and from when on it is asked about: the settings that a model keeps with it."""

from pydantic import BaseModel, ConfigDict, Field


class MilestoneMissSettings(BaseModel):
    """The named settings of the task. The defaults are those of the design; a firm may have its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    due_within_days: int = Field(60, ge=1, le=365, description="Days before the due date from which on it is asked")
    grace_working_days: int = Field(
        5, ge=0, le=60, description="Working days after the due date by the end of which it must be billed"
    )
    most_days_late: int = Field(
        90, ge=1, le=730, description="Days late beyond which nobody counts: later ones are this late"
    )
