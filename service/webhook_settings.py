"""The settings of webhooks: ``BELLWETHER_WEBHOOKS__*``."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, IPvAnyNetwork

from service.outgoing.schedule import AS_ADVISED

Seconds = Annotated[float, Field(gt=0, le=604_800)]


class WebhookSettings(BaseModel):
    """How is sent to subscribers, and where to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    allow_private: tuple[IPvAnyNetwork, ...] = Field(
        default=(), description="private networks that webhooks may be sent into, also without TLS: a JSON list"
    )
    timeout_seconds: float = Field(default=15, ge=1, le=120, description="seconds for one attempt, all of it")
    retry_seconds: tuple[Seconds, ...] = Field(
        default=AS_ADVISED,
        max_length=30,
        description="seconds between attempts, of which there is one more than of these: a JSON list",
    )
    former_secret_hours: float = Field(
        default=24, ge=0, le=720, description="hours in which a secret signs along after it was rotated"
    )
