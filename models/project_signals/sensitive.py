"""Which fields of a project not everybody may see.

A margin is hidden with all that it can be worked out from. How a team keeps its time is hidden as a person's habit is:
a team may be of one.
"""

from models.sensitivity import Sensitivity, marked

SENSITIVE = marked({
    Sensitivity.RATE: ("team_rate_change",),
    Sensitivity.MARGIN: (
        "team_margin", "forecast_revenue", "forecast_margin", "forecast_margin_change", "forecast_margin_change_84",
        "forecast_margin_change_from_first", "baseline_margin", "forecast_below_baseline", "margin_to_date",
        "margin_3_months", "forecast_above_3_months", "cost_spent_share", "manager_forecast_fall",
        "manager_follow_through", "manager_above_months",
    ),
    Sensitivity.PERSONAL_TIME: (
        "late_entry_share", "weekend_hours_share", "worked_of_booked_14", "worked_of_booked_28", "worked_of_booked_84",
        "worked_of_booked_change", "manager_billed_late_share", "manager_days_late", "manager_milestones_billed",
        "manager_forecasts",
    ),
    Sensitivity.CLIENT: (
        "client_acceptance_days", "client_billing_days", "client_billed_late_share", "client_days_late",
        "client_milestones_billed", "client_disputed_share", "client_payment_days", "client_invoices",
        "accepted_change_share",
    ),
})  # fmt: skip
