"""The typed parameters of each action in `models.actions`: ids, days and numbers only."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from models.sensitivity import Sensitivity


class Params(BaseModel):
    """The typed parameters of one action. Ids, days and numbers only: free text could carry an instruction.

    ``person`` and ``project`` name the parameters with the person and the project that the action is about, where it
    is about one: alert budgets are kept by them. ``sensitive`` says which parameters not everybody may see.
    """

    person: ClassVar[str | None] = None
    project: ClassVar[str | None] = None
    sensitive: ClassVar[Mapping[str, Sensitivity]] = {}

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


# No control, format or line-separating characters: nothing invisible can travel in an id.
Id = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[^\p{C}\p{Zl}\p{Zp}]+$")]
MissingHours = Annotated[float, Field(gt=0, le=24, description="hours expected on the day and not yet entered")]


class RemindConsultantParams(Params):
    """Who is reminded, and of which day."""

    person = "person_id"
    sensitive = {"missing_hours": Sensitivity.PERSONAL_TIME}

    person_id: Id
    day: date
    missing_hours: MissingHours


class OfferDraftEntriesParams(Params):
    """For whom a draft is prepared; the projects are those the person is booked on that day."""

    person = "person_id"
    sensitive = {"missing_hours": Sensitivity.PERSONAL_TIME}

    person_id: Id
    day: date
    missing_hours: MissingHours
    project_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=20)]


class NotifyProjectManagerParams(Params):
    """Which project's manager is told, and about which person-day."""

    person = "person_id"
    project = "project_id"
    sensitive = {"missing_hours": Sensitivity.PERSONAL_TIME}

    project_id: Id
    person_id: Id
    day: date
    missing_hours: MissingHours


class RouteToFinanceReviewParams(Params):
    """Which person-day finance looks at before the period closes."""

    person = "person_id"
    sensitive = {"missing_hours": Sensitivity.PERSONAL_TIME}

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

    person = "person_id"

    entry_id: Id
    person_id: Id
    day: date


class ProjectMarginParams(Params):
    """Which project's margin is looked at, and how far it is expected to fall."""

    project = "project_id"
    sensitive = {"expected_points": Sensitivity.MARGIN}

    project_id: Id
    expected_points: Points


class MilestoneParams(Params):
    """Which milestone somebody looks at, and when it is due."""

    project = "project_id"

    milestone_id: Id
    project_id: Id
    due_on: date
