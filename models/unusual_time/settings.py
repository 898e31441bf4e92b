"""What counts as an entry that was questioned: the settings that a model keeps with it."""

from pydantic import BaseModel, ConfigDict, Field


class UnusualTimeSettings(BaseModel):
    """The named settings of the task. The defaults are those of the design; a firm may have its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    window_days: int = Field(
        30, ge=1, le=365, description="Days within which an entry is rejected, corrected or written off, or is not"
    )
