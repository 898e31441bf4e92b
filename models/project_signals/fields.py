"""The fields that tasks about projects share: meaning, unit and bounds of each.

"Known" always means known as of the snapshot's instant. Shares of a part lie between 0 and 1; amounts that may exceed
what they are compared with are cut at ten times of it. Counts are 0 where no record tells of any; everything else is
null where the records cannot tell.
"""

from typing import Annotated

from pydantic import BaseModel, Field

from models.project_signals.sums import FLOW, MANY_DAYS


def _unit(unit: str) -> dict[str, str]:
    return {"unit": unit}


Word = Annotated[str | None, Field(max_length=200, json_schema_extra=_unit("category"))]
Share = Annotated[float | None, Field(ge=0, le=1, json_schema_extra=_unit("share"))]
Ratio = Annotated[float | None, Field(ge=0, le=FLOW, json_schema_extra=_unit("share"))]
Change = Annotated[float | None, Field(ge=-FLOW, le=FLOW, json_schema_extra=_unit("share"))]
Margin = Annotated[float | None, Field(ge=-FLOW, le=FLOW, json_schema_extra=_unit("share of revenue"))]
Count = Annotated[int, Field(ge=0, le=10_000_000, json_schema_extra=_unit("count"))]
Days = Annotated[int | None, Field(ge=-MANY_DAYS, le=MANY_DAYS, json_schema_extra=_unit("days"))]
Wait = Annotated[int | None, Field(ge=0, le=MANY_DAYS, json_schema_extra=_unit("days"))]
MeanDays = Annotated[float | None, Field(ge=-MANY_DAYS, le=MANY_DAYS, json_schema_extra=_unit("days"))]
Rate = Annotated[float | None, Field(ge=0, le=1e6, json_schema_extra=_unit("count a week"))]
Hours = Annotated[float | None, Field(ge=-1e7, le=1e7, json_schema_extra=_unit("hours"))]
FollowThrough = Annotated[float | None, Field(ge=-1, le=1, json_schema_extra=_unit("share"))]
Points = Annotated[float | None, Field(ge=-100, le=100, json_schema_extra=_unit("points of margin"))]
Money = Annotated[float | None, Field(ge=-1e13, le=1e13, json_schema_extra=_unit("currency"))]


class ContractFields(BaseModel):
    """The contract, and where in its planned time the project stands."""

    project_id: Word = Field(None, description="The project; no feature")
    currency: Word = Field(None, description="Currency of the project; no feature")
    contract_value: Money = Field(None, description="Value of the contract; no feature")
    billing: Word = Field(None, description="How the project is billed")
    service_line: Word = Field(None, description="The project's service line")
    region: Word = Field(None, description="The project's region")
    budget_hours: Hours = Field(None, description="Hours budgeted")
    project_days_since_start: Days = Field(None, description="Days since the project started, or was signed")
    project_days_to_end: Days = Field(None, description="Days to the planned end, negative after it")
    time_gone_share: Change = Field(None, description="Share of the planned time that is gone")
    plan_moved_days_84: Days = Field(None, description="Days by which the planned end moved in the last 84 days")
    kick_off_delay_days: Days = Field(None, description="Days from signature to kick-off")
    days_without_kick_off: Days = Field(None, description="Days since signature without a kick-off; null once there is")


class TeamFields(BaseModel):
    """Who is booked, and at what rates."""

    team_people: Count = Field(0, description="People booked on the project now")
    team_joined_share: Share = Field(None, description="Share of them who joined in the last 8 weeks")
    team_released_share: Share = Field(
        None, description="Share of those who were there who were released in the last 8 weeks"
    )
    releases_a_week: Rate = Field(None, description="People released a week, over the last 28 days")
    team_contractor_share: Share = Field(None, description="Share of the hours booked now that are contractors'")
    team_grade: Annotated[float | None, Field(ge=0, le=99, json_schema_extra=_unit("grade"))] = Field(
        None, description="Mean number in the grades of those booked now, by hours (G4 is 4)"
    )
    team_grade_change: Change = Field(None, description="That grade less the mean over all bookings so far")
    team_rate_change: Change = Field(
        None, description="Mean bill rate booked now against that of all bookings so far, 0 where they are the same"
    )
    team_margin: Margin = Field(
        None, description="1 - cost rate / bill rate of those booked now whose rates are in the project's currency"
    )
    booked_hours_28: Hours = Field(None, description="Hours booked on the last 28 days")
    booked_hours_84: Hours = Field(None, description="Hours booked on the last 84 days")


class HoursFields(BaseModel):
    """What the time entries tell."""

    hours_28: Hours = Field(None, description="Hours that became known in the last 28 days")
    hours_84: Hours = Field(None, description="Hours that became known in the last 84 days")
    hours_of_booked_28: Ratio = Field(None, description="Those of 28 days against the hours booked")
    hours_of_booked_84: Ratio = Field(None, description="Those of 84 days against the hours booked")
    budget_burnt_share: Ratio = Field(None, description="Share of the budgeted hours that is burnt")
    burnt_ahead_of_time: Change = Field(None, description="That share less the share of the planned time gone")
    late_entry_share: Share = Field(
        None, description="Share of the entries of the last 56 days that came after their week had closed"
    )
    not_billable_share: Share = Field(None, description="Share of the hours of the last 84 days that is not billable")
    lost_hours_share: Share = Field(
        None, description="Hours rejected or written off in the last 84 days, against those that became known in them"
    )


class WorkloadFields(BaseModel):
    """Whether the team works longer than it is booked."""

    worked_of_booked_14: Ratio = Field(
        None, description="Hours of the last 14 days on days on which somebody worked, against those booked on them"
    )
    worked_of_booked_28: Ratio = Field(None, description="The same of the last 28 days")
    worked_of_booked_84: Ratio = Field(None, description="The same of the last 84 days")
    worked_of_booked_change: Change = Field(None, description="That of 28 days less that of 84 days")
    weekend_hours_share: Share = Field(None, description="Share of the hours of the last 84 days that fell on weekends")


class ChangeFields(BaseModel):
    """Change requests and approvals that wait."""

    open_changes: Count = Field(0, description="Change requests not decided")
    open_changes_of_contract: Change = Field(None, description="Their value against the contract's")
    changes_raised_28: Count = Field(0, description="Change requests raised in the last 28 days")
    changes_raised_56: Count = Field(0, description="Change requests raised in the last 56 days")
    changes_raised_84: Count = Field(0, description="Change requests raised in the last 84 days")
    changes_a_person_84: Ratio = Field(None, description="Those of 84 days for each person booked now")
    accepted_change_share: Share = Field(None, description="Share of the decided change requests that was accepted")
    accepted_changes_of_contract: Change = Field(None, description="Value of the accepted ones against the contract's")
    unpriced_change_hours: Hours = Field(None, description="Hours of change requests, open or accepted, without value")
    longest_undecided_days: Wait = Field(None, description="Days since the oldest open change request was raised")
    open_approvals: Count = Field(0, description="Approvals of the project that are open")
    approvals_opened_56: Count = Field(0, description="Approvals of the project opened in the last 56 days")
    longest_approval_wait_days: Wait = Field(None, description="Days since the oldest of them was opened")


class HabitFields(BaseModel):
    """What client and manager usually do, over all their projects."""

    client_acceptance_days: MeanDays = Field(None, description="Mean days of the client from achieved to accepted")
    client_billing_days: MeanDays = Field(None, description="Mean days of the client's milestones, accepted to billed")
    client_billed_late_share: Share = Field(None, description="Share of the client's milestones billed after their day")
    client_days_late: MeanDays = Field(None, description="Mean days from the due date to billing of those")
    client_milestones_billed: Count = Field(0, description="Milestones of the client billed so far")
    client_disputed_share: Share = Field(None, description="Share of the client's invoices that was disputed")
    client_payment_days: MeanDays = Field(None, description="Mean days of the client from invoice to payment")
    client_invoices: Count = Field(0, description="Invoices of the client so far")
    manager_billed_late_share: Share = Field(None, description="Share of the manager's milestones billed late")
    manager_days_late: MeanDays = Field(None, description="Mean days from the due date to billing of those")
    manager_milestones_billed: Count = Field(0, description="Milestones of the manager billed so far")
    manager_forecast_fall: Points = Field(
        None, description="Mean fall of the margin from one forecast of the manager to the next"
    )
    manager_forecasts: Count = Field(0, description="How many such steps the manager's forecasts have made")
    manager_follow_through: FollowThrough = Field(
        None, description="Share of a change of the manager's forecasts that follows with the next one"
    )
    manager_above_months: Points = Field(
        None, description="Mean margin by which the manager's forecasts lie above the months that then become known"
    )


class ForecastFields(BaseModel):
    """What the forecasts say, and what really came."""

    forecast_revenue: Money = Field(None, description="Revenue at completion by the latest forecast; no feature")
    forecast_margin: Margin = Field(None, description="Margin at completion by the latest forecast")
    forecast_margin_change: Change = Field(None, description="That margin less the one of the forecast before")
    forecast_margin_change_84: Change = Field(None, description="That margin less the one forecast 84 days ago")
    forecast_margin_change_from_first: Change = Field(None, description="That margin less the first one")
    baseline_margin: Margin = Field(None, description="Margin at which the project was sold")
    forecast_below_baseline: Change = Field(None, description="Baseline margin less the margin forecast")
    forecast_hours_of_budget: Ratio = Field(None, description="Hours at completion against the budget")
    forecast_age_days: Wait = Field(None, description="Days since the latest forecast")
    forecast_count: Count = Field(0, description="Forecasts so far")
    forecast_slip_days: Days = Field(None, description="Days from the planned end to the end forecast")
    forecast_slip_moved_days: Days = Field(None, description="By how much the last forecast moved the end")
    margin_to_date: Margin = Field(None, description="Margin of all actuals known")
    margin_3_months: Margin = Field(None, description="Margin of the actuals that became known in the last 92 days")
    forecast_above_3_months: Change = Field(None, description="Margin forecast less the margin of those months")
    cost_spent_share: Change = Field(None, description="Cost to date against the cost at completion forecast")


# pydantic lists the fields of the last base first.
class ProjectFields(ForecastFields, HabitFields, ChangeFields, WorkloadFields, HoursFields, TeamFields, ContractFields):
    """All that tasks about projects share. A task's snapshot inherits it and adds its own fields."""


NO_FEATURES = frozenset({"project_id", "currency", "contract_value", "forecast_revenue"})
"""Fields that money at risk and proposals need and that a predictor does not see."""
