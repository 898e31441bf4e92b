"""The contract of `margin_erosion`: all that its predictor may know of a project as of an instant.

The fields that tasks about projects share come from `models.project_signals`; these are of its forecast. Margins are
shares of revenue (0.22 is 22%), a change of 0.03 is three points. Null means that the records cannot tell.
"""

from typing import Annotated

from pydantic import ConfigDict, Field

from models.project_signals import NO_FEATURES as NO_PROJECT_FEATURES
from models.project_signals import ProjectFields
from models.project_signals.fields import Change, Count, Days, Margin, MeanDays, Ratio, Share
from models.project_signals.sensitive import SENSITIVE as PROJECT_SENSITIVE
from models.sensitivity import Sensitivity, marked


class MarginErosionSnapshot(ProjectFields):
    """An active project with a margin forecast, as of an instant."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    change_to_follow: Change = Field(
        None, description="Last change of the margin forecast times the manager's follow-through"
    )
    forecast_margin_change_2: Change = Field(None, description="Margin forecast less the one two forecasts before")
    forecast_margin_change_3: Change = Field(None, description="Margin forecast less the one three forecasts before")
    forecast_below_best: Change = Field(None, description="The best margin that was ever forecast less the one now")
    forecasts_fallen_share: Share = Field(
        None, description="Share of the forecasts so far that lay more than half a point below the one before"
    )
    forecast_interval_days: MeanDays = Field(None, description="Mean days from one forecast to the next")
    forecast_end_moved_84: Days = Field(None, description="Days by which forecasts of the last 84 days moved the end")
    milestones_moved_84: Count = Field(0, description="How often a milestone's due date moved in the last 84 days")
    milestones_moved_days_84: Days = Field(None, description="Days by which they moved, earlier ones negative")
    forecast_cost_growth: Change = Field(
        None, description="Cost at completion against the first forecast's, 0 if equal"
    )

    rest_margin: Margin = Field(None, description="Margin that the rest of the work must earn for the forecast to hold")
    rest_above_3_months: Change = Field(None, description="That margin less the one of the last three months' actuals")
    margin_last_month: Margin = Field(None, description="Margin of the latest month whose actuals are known")
    forecast_above_last_month: Change = Field(None, description="Margin forecast less the margin of that month")
    margin_month_before: Margin = Field(None, description="Margin of the month that became known before the last one")
    forecast_above_month_before: Change = Field(None, description="Margin forecast less the margin of that month")
    margin_lately: Margin = Field(
        None, description="Margin of the months known, each counting half for every month and a half since"
    )
    forecast_above_lately: Change = Field(None, description="Margin forecast less that margin")
    forecasts_above_months: Change = Field(
        None, description="Mean margin by which the project's forecasts lie above the months that then become known"
    )
    estimated_margin: Margin = Field(
        None, description="Margin estimated from months, forecasts and overwork, each weighed by how much it tells"
    )
    forecast_above_estimate: Change = Field(None, description="Margin forecast less the estimated one")
    expected_fall: Change = Field(
        None, description="By how much two more forecasts would lower the margin if the estimate and the strain hold"
    )
    margin_3_months_change: Change = Field(
        None, description="Margin of the last three months' actuals less the one of the three months before"
    )
    forecast_above_to_date: Change = Field(None, description="Margin forecast less the margin of all actuals")
    forecast_above_team: Change = Field(
        None, description="Margin forecast less the margin of the rates of those booked now"
    )
    cost_ahead_of_time: Change = Field(
        None, description="Share of the cost at completion spent, less the share of the planned time gone"
    )
    forecast_hours_burnt_share: Ratio = Field(None, description="Hours burnt against the hours at completion")
    forecast_hours_ahead_of_time: Change = Field(None, description="That share less the share of the planned time gone")
    uncontracted_share: Change = Field(
        None, description="Share of the revenue forecast that neither contract nor accepted changes cover"
    )
    invoiced_share: Change = Field(None, description="Amounts invoiced against the revenue at completion")
    disputed_share: Share = Field(None, description="Share of the project's invoices that was disputed")
    unbilled_share: Change = Field(
        None, description="Revenue recognised and not invoiced against the revenue at completion"
    )
    days_to_quarter_end: Annotated[int, Field(ge=0, le=91, json_schema_extra={"unit": "days"})] = Field(
        description="Days left in the calendar quarter"
    )


SIZES = frozenset({"budget_hours", "hours_28", "hours_84", "booked_hours_28", "booked_hours_84"})
"""How large a project is: trees know projects again by it, and then learn single outcomes by heart."""
BILLING_HABITS = frozenset({
    "client_milestones_billed", "client_invoices", "client_acceptance_days", "client_billing_days",
    "client_billed_late_share", "client_days_late", "client_payment_days", "manager_milestones_billed",
    "manager_billed_late_share", "manager_days_late", "manager_forecasts",
})  # fmt: skip
"""How late a client or a manager bills: they tell who it is, and little of margins."""
NO_FEATURES = NO_PROJECT_FEATURES | SIZES | BILLING_HABITS
"""Fields that the predictor does not see.

Money at risk and proposals need some. The others make it worse on later months than those that it learnt from: measured
on several firms and cuts, without them it ranks projects better.
"""
SENSITIVE = PROJECT_SENSITIVE | marked({
    Sensitivity.MARGIN: (
        "change_to_follow", "forecast_margin_change_2", "forecast_margin_change_3", "forecast_below_best",
        "forecasts_fallen_share", "forecast_cost_growth", "rest_margin", "rest_above_3_months", "margin_last_month",
        "forecast_above_last_month", "margin_month_before", "forecast_above_month_before", "margin_lately",
        "forecast_above_lately", "forecasts_above_months", "estimated_margin", "forecast_above_estimate",
        "expected_fall", "margin_3_months_change", "forecast_above_to_date", "forecast_above_team",
        "cost_ahead_of_time",
    ),
    Sensitivity.CLIENT: ("disputed_share",),
})  # fmt: skip
"""Fields that not everybody may see."""
