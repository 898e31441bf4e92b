"""Which fields of a project's margin tell of the same cause."""

from models.margin_erosion.snapshot import NO_FEATURES
from models.project_signals.groups import GROUPS as PROJECT_GROUPS
from models.project_signals.groups import grouped

_OF_PROJECTS = {field: theme for field, theme in PROJECT_GROUPS.items() if field not in NO_FEATURES}

GROUPS = _OF_PROJECTS | grouped({
    "earned": (
        "rest_margin", "rest_above_3_months", "margin_last_month", "forecast_above_last_month",
        "margin_month_before", "forecast_above_month_before", "margin_lately", "forecast_above_lately",
        "forecasts_above_months", "estimated_margin", "forecast_above_estimate", "expected_fall",
        "margin_3_months_change", "forecast_above_to_date", "forecast_above_team",
    ),
    "forecast": (
        "change_to_follow",
        "forecast_margin_change_2", "forecast_margin_change_3", "forecast_below_best", "forecasts_fallen_share",
        "forecast_interval_days", "forecast_cost_growth",
    ),
    "strain": ("forecast_end_moved_84", "milestones_moved_84", "milestones_moved_days_84", "disputed_share"),
    "time_worked": ("cost_ahead_of_time", "forecast_hours_burnt_share", "forecast_hours_ahead_of_time"),
    "billing": ("billing", "uncontracted_share", "invoiced_share", "unbilled_share"),
})  # fmt: skip
"""What was earned lately, beside what the forecast says, is one cause; how the forecast itself ran is another."""
