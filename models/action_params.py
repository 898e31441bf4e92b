"""The typed parameters of each action in `models.actions`: ids, days, numbers and codes of closed lists only."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from models.sensitivity import Sensitivity


class Params(BaseModel):
    """The typed parameters of one action. Ids, days, numbers and codes only: free text could carry an instruction.

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


class BillingForecastParams(Params):
    """Which milestone is forecast to be billed too early, and by how much."""

    project = "project_id"

    milestone_id: Id
    project_id: Id
    due_on: date
    days_late: Annotated[int, Field(ge=1, le=730, description="days from that date to its expected bill")]


Code = Annotated[str, Field(max_length=64, pattern=r"^[a-z][a-z0-9_]*$", description="a code of a closed list")]
ComplianceCheck = Literal[
    "conflict_of_interest", "contract_terms", "data_protection", "export_control", "health_and_safety", "independence",
    "insurance", "right_to_work", "security_clearance", "subcontracting",
]  # fmt: skip
Evidence = Literal[
    "amount", "budget_line", "business_reason", "change_request", "client_agreement", "proof_of_delivery",
    "purchase_order", "rate_card", "receipt", "second_quote", "time_records",
]  # fmt: skip


class ProjectTemplateParams(Params):
    """Which statement of work, and which service line and project template it is taken for."""

    sow_id: Id
    service_line: Code
    template: Code


class RateCardParams(Params):
    """Which statement of work has roles whose rates are not those of the rate card."""

    sensitive = {"widest_gap_percent": Sensitivity.RATE}

    sow_id: Id
    roles_off_card: Annotated[int, Field(ge=1, le=500, description="roles whose rate is not that of the card")]
    widest_gap_percent: Annotated[float, Field(ge=0, le=1_000, description="the widest gap, against the card's rate")]


class ComplianceCheckParams(Params):
    """Which statement of work needs which check before work may begin."""

    sow_id: Id
    check: ComplianceCheck


class ContractorProcurementParams(Params):
    """For which statement of work people are missing: how many, and from when on."""

    sow_id: Id
    open_seats: Annotated[int, Field(ge=1, le=500, description="seats that nobody of the firm can fill")]
    starts_on: date


class KickoffReadinessParams(Params):
    """Which statement of work is to be kicked off when, and how much is still open."""

    sow_id: Id
    starts_on: date
    open_items: Annotated[int, Field(ge=1, le=1_000, description="items of the kickoff checklist that are open")]


WaitingDays = Annotated[int, Field(ge=0, le=5_000, description="days since the approval was opened")]


class RemindApproverParams(Params):
    """Which approval waits for whom, and for how long."""

    person = "approver_id"

    approval_id: Id
    approver_id: Id
    waiting_days: WaitingDays


class WaitingApprovalParams(Params):
    """Which approval waits, and for how long."""

    approval_id: Id
    waiting_days: WaitingDays


class ApprovalEvidenceParams(Params):
    """Which approval lacks which evidence."""

    approval_id: Id
    evidence: Evidence
