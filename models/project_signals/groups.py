"""Which fields of a project tell of the same trouble: a manager is given one reason for it, not five.

Fields over several windows, or of one habit in several tables, share one cause and would split its effect among them.
"""

from collections.abc import Iterable, Mapping


def grouped(themes: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """The theme of each field."""
    return {field: theme for theme, fields in themes.items() for field in fields}


THEMES: Mapping[str, tuple[str, ...]] = {
    "strain": (
        "worked_of_booked_14", "worked_of_booked_28", "worked_of_booked_84", "worked_of_booked_change",
        "releases_a_week", "changes_raised_28", "changes_a_person_84", "approvals_opened_56", "plan_moved_days_84",
        "weekend_hours_share", "late_entry_share", "lost_hours_share",
        "team_released_share", "team_joined_share", "open_changes", "open_changes_of_contract", "changes_raised_56",
        "changes_raised_84", "longest_undecided_days", "unpriced_change_hours", "accepted_change_share",
        "accepted_changes_of_contract", "open_approvals", "longest_approval_wait_days", "forecast_slip_days",
        "forecast_slip_moved_days",
    ),
    "team": (
        "team_people", "team_contractor_share", "team_grade", "team_grade_change", "team_rate_change", "team_margin",
    ),
    "time_worked": (
        "booked_hours_28", "booked_hours_84", "hours_28", "hours_84", "hours_of_booked_28", "hours_of_booked_84",
        "budget_burnt_share", "burnt_ahead_of_time", "not_billable_share", "budget_hours", "cost_spent_share",
    ),
    "client": (
        "client_acceptance_days", "client_billing_days", "client_billed_late_share", "client_days_late",
        "client_milestones_billed", "client_disputed_share", "client_payment_days", "client_invoices",
    ),
    "manager": (
        "manager_billed_late_share", "manager_days_late", "manager_milestones_billed", "manager_forecast_fall",
        "manager_forecasts", "manager_follow_through", "manager_above_months",
    ),
    "planned_time": (
        "project_days_since_start", "project_days_to_end", "time_gone_share", "kick_off_delay_days",
        "days_without_kick_off",
    ),
    "forecast": (
        "forecast_margin", "forecast_margin_change", "forecast_margin_change_84", "forecast_margin_change_from_first",
        "baseline_margin", "forecast_below_baseline", "forecast_hours_of_budget", "forecast_age_days", "forecast_count",
    ),
    "earned": ("margin_to_date", "margin_3_months", "forecast_above_3_months"),
}  # fmt: skip
"""Strain is what trouble does to a team and its plan before margins and milestones tell."""

GROUPS = grouped(THEMES)
