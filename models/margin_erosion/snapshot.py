"""The contract of `margin_erosion`: all that its predictor may know of a project as of an instant.

The fields that tasks about projects share come from `models.project_signals`; these are of its forecast. Margins are
shares of revenue (0.22 is 22%), a change of 0.03 is three points. Null means that the records cannot tell.
"""

from typing import Annotated

from pydantic import ConfigDict, Field

from models.project_signals import NO_FEATURES as NO_PROJECT_FEATURES
from models.project_signals import ProjectFields
from models.project_signals.fields import Change, Margin, MeanDays, Ratio, Share


class MarginErosionSnapshot(ProjectFields):
    """An active project with a margin forecast, as of an instant."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    forecast_margin_change_2: Change = Field(None, description="Margin forecast less the one two forecasts before")
    forecast_margin_change_3: Change = Field(None, description="Margin forecast less the one three forecasts before")
    forecast_below_best: Change = Field(None, description="The best margin that was ever forecast less the one now")
    forecasts_fallen_share: Share = Field(
        None, description="Share of the forecasts so far that lay more than half a point below the one before"
    )
    forecast_interval_days: MeanDays = Field(None, description="Mean days from one forecast to the next")
    forecast_cost_growth: Change = Field(
        None, description="Cost at completion against the first forecast's, 0 if equal"
    )

    rest_margin: Margin = Field(None, description="Margin that the rest of the work must earn for the forecast to hold")
    rest_above_3_months: Change = Field(None, description="That margin less the one of the last three months' actuals")
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
    unbilled_share: Change = Field(
        None, description="Revenue recognised and not invoiced against the revenue at completion"
    )
    days_to_quarter_end: Annotated[int, Field(ge=0, le=91, json_schema_extra={"unit": "days"})] = Field(
        description="Days left in the calendar quarter"
    )


NO_FEATURES = NO_PROJECT_FEATURES
"""Fields that money at risk and proposals need and that the predictor does not see."""
