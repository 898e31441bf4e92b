"""What counts as slow."""

from pydantic import BaseModel, ConfigDict, Field


class SlowChangeSettings(BaseModel):
    """The outcome's settings."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: int = Field(14, ge=1, le=90, description="Days within which a change request is to be decided")
