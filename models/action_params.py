"""The typed parameters of each action in `models.actions`: ids, days and numbers only."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Params(BaseModel):
    """The typed parameters of one action. Ids, days and numbers only: free text could carry an instruction."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


# No control, format or line-separating characters: nothing invisible can travel in an id.
Id = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[^\p{C}\p{Zl}\p{Zp}]+$")]
MissingHours = Annotated[float, Field(gt=0, le=24, description="hours expected on the day and not yet entered")]


class RemindConsultantParams(Params):
    """Who is reminded, and of which day."""

    person_id: Id
    day: date
    missing_hours: MissingHours


class OfferDraftEntriesParams(Params):
    """For whom a draft is prepared; the projects are those the person is booked on that day."""

    person_id: Id
    day: date
    missing_hours: MissingHours
    project_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=20)]


class NotifyProjectManagerParams(Params):
    """Which project's manager is told, and about which person-day."""

    project_id: Id
    person_id: Id
    day: date
    missing_hours: MissingHours


class RouteToFinanceReviewParams(Params):
    """Which person-day finance looks at before the period closes."""

    person_id: Id
    day: date
    missing_hours: MissingHours


OpenDays = Annotated[int, Field(ge=0, le=5_000, description="days since the request was opened")]
Points = Annotated[float, Field(ge=0, le=100, description="percentage points of margin")]


class StaffingRequestParams(Params):
    """Which open request is looked at."""

    request_id: Id
    needed_by: date
    open_days: OpenDays


class TimeEntryParams(Params):
    """Which time entry somebody looks at, whose it is, and of which day."""

    entry_id: Id
    person_id: Id
    day: date


class ProjectMarginParams(Params):
    """Which project's margin is looked at, and how far it is expected to fall."""

    project_id: Id
    expected_points: Points


class MilestoneParams(Params):
    """Which milestone somebody looks at, and when it is due."""

    milestone_id: Id
    project_id: Id
    due_on: date
