"""The settings of durable work: how much of it a process takes on, and what the service looks at by itself."""

from collections.abc import Mapping
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from croniter import croniter
from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _cron(given: str) -> str:
    if len(given.split()) != _FIELDS or not croniter.is_valid(given):
        raise ValueError("expected a cron expression of five fields, such as 0 2 * * *")
    return given


def _zone(given: str) -> str:
    try:
        ZoneInfo(given)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError("expected an IANA time zone, such as Europe/Berlin") from None
    return given


_FIELDS = 5
Cron = Annotated[str, AfterValidator(_cron)]


class PipelineSettings(BaseModel):
    """How much durable work one process takes on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    events_at_once: int = Field(64, ge=1, le=256, description="events that a process works on at a time")
    deliveries_at_once: int = Field(8, ge=1, le=64, description="webhooks that a process has under way at a time")
    deliveries_a_second: int = Field(20, ge=1, le=1_000, description="webhooks a second to one subscription, at most")
    poll_seconds: float = Field(0.25, ge=0.02, le=10, description="seconds between looks at the queue")


class PlaceSettings(BaseModel):
    """Where in which governed workflow the service itself stands when it looks at what is open."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    workflow: str
    step: str


class ScheduleSettings(BaseModel):
    """What the service looks at by itself, for firms whose engine sends no such event. Off unless set.

    ``places`` say for which task where; the step of the shipped workflow where nothing is said.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    portfolio: Cron | None = Field(None, description="when all open requests, projects and milestones are looked at")
    window_closing: Cron | None = Field(None, description="when the week's time is looked at, such as 0 12 * * 5")
    milestones: Cron | None = Field(None, description="when the milestones that are due soon are looked at")
    timezone: Annotated[str, AfterValidator(_zone)] = Field("UTC", description="the time zone of these")
    places: Mapping[str, PlaceSettings] = Field(
        default_factory=dict, description='by schedule, as JSON: {"milestones": {"workflow": "…", "step": "…"}}'
    )
    chunk: int = Field(200, ge=1, le=1_000, description="subjects in one event")

    @property
    def on(self) -> Mapping[str, str]:
        """The cron expression of each schedule that is on, by its name."""
        given = {"portfolio": self.portfolio, "window_closing": self.window_closing, "milestones": self.milestones}
        return {name: cron for name, cron in given.items() if cron is not None}
