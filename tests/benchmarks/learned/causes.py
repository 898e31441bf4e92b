"""Which fields of a snapshot tell of each hidden cause of the simulated firm (`training.simulate.truth`).

A reason names a cause where it is about one of its fields. A cause has several, for it shows in several places: whoever
always enters late has a high late share, a long delay and, at this moment of the week, nothing entered yet.
"""

from collections.abc import Mapping

from models.project_signals.groups import THEMES

_HABIT = frozenset({
    "week_known_hours", "week_open_days", "days_since_last_entry", "hours_since_last_entered", "missed_share_3",
    "missed_share_5", "missed_share_10", "missed_share_20", "missed_share_40", "missed_lately",
    "missed_in_the_long_run", "missed_share_weekday_4", "missed_share_weekday_8", "missed_weekday_lately",
    "entry_changes_20",
    "hours_1_working_day_ago", "hours_2_working_days_ago", "hours_3_working_days_ago", "hours_4_working_days_ago",
    "hours_5_working_days_ago", "hours_1_week_ago", "hours_last_7_days", "hours_last_28_days", "sits_down_share_3",
    "sits_down_share_8", "entry_delay_days", "entered_late_share", "usual_entry_hour", "entry_hour_spread",
})  # fmt: skip
"""How somebody enters time, always or lately: a habit and a busy spell look alike but for how long they last."""
_STRAIN = frozenset({
    *THEMES["strain"], "forecast_end_moved_84", "milestones_moved_84",
    "milestones_moved_days_84", "due_moves", "due_moved_days", "project_overdue", "project_billed_late_share",
    "project_days_late", "disputed_share", "hours_of_booked_28", "hours_of_booked_84",
})  # fmt: skip
"""What trouble does to a project before its margin and its milestones tell."""
_TIME_LEFT = frozenset({"days_to_due", "days_to_deadline", "stage", "days_in_stage"})
_POOL = frozenset({
    "open_role", "open_region", "open_skill", "opened_28", "opened_56", "opened_84", "filled_28", "filled_56",
    "filled_84", "filled_region_84", "filled_skill_84", "in_time_role", "pace_lately", "pace_region",
    "usual_days_to_fill", "usual_days_to_fill_region", "chance_within_1", "chance_within_3", "chance_within_7",
    "chance_within_14", "chance_within_28", "chance_within_56", "chance_by_needed_by", "chance_at_pace", "people_role",
    "free_role_0", "free_role_14", "free_role_28", "free_role_56", "requests_per_free_person", "job_role",
})  # fmt: skip

CAUSES: Mapping[str, Mapping[str, frozenset[str]]] = {
    "missing_time": {
        "own_habit": _HABIT,
        "busy_spell": _HABIT,
        "troubled_project": _HABIT,
        "travel": _HABIT | {"other_region"},
        "leave_next": frozenset({"days_to_time_off", "off_at_cutoff", "week_days_off"}) | _HABIT,
        "new_or_leaving": _HABIT | {"days_since_joined", "days_of_history"},
        "many_projects": _HABIT | {"booked_projects"},
        "season": frozenset({"month", "days_to_month_end"}) | _HABIT,
    },
    "staffing_risk": {
        "crowded_pool": _POOL,
        "scarce_skill": frozenset({
            "scarcest_skill", "in_time_skill", "in_time_worst_skill", "pace_skills", "people_skill", "open_skill",
            "skill_requests_per_person", "free_skill_0", "free_skill_14", "free_skill_28", "free_skill_56",
            "skilled_free", "skills_wanted", "filled_skill_84",
        }),
        "geography": frozenset({
            "region", "remote_ok", "in_time_region", "pace_region", "people_region", "reachable_people",
            "reachable_free", "usual_days_to_fill_region", "filled_region_84", "free_region_0", "free_region_14",
            "free_region_28", "free_region_56", "open_region",
        }),
        "little_time": frozenset({
            "days_to_needed_by", "notice_days", "first_notice_days", "notice_used", "days_open", "chance_by_needed_by",
            "chance_at_pace",
        }),
        "terms": frozenset({"rate_to_usual", "headcount", "priority", "grade", "weekly_hours", "effort_hours"}),
        "requester": frozenset({
            "in_time_requester", "pace_requester", "requester_open", "in_time_client", "pace_client",
        }),
    },
    "unusual_time": {
        "long_day": frozenset({"day_hours", "hours", "usual_day_hours", "week_hours", "project_day_hours"}),
        "not_booked": frozenset({"project_booked_hours", "booked_hours", "project_days_56", "usual_project_hours"}),
        "weekend": frozenset({"weekday", "on_holiday", "on_time_off"}),
        "odd_category": frozenset({"category", "category_share_person", "category_share_project"}),
        "odd_flag": frozenset({"billable", "project_billable_share", "client_project"}),
        "entered_late": frozenset({"entry_delay_days", "entered_late", "entry_hour", "submitted"}),
        "outside_project": frozenset({"days_after_project_end", "project_closed", "budget_used_share"}),
        "troubled_project": frozenset({"project_questioned_share", "budget_used_share", "days_after_project_end"}),
        "strict_client": frozenset({"client_questioned_share", "project_questioned_share"}),
        "strict_manager": frozenset({"manager_questioned_share", "project_questioned_share"}),
    },
    "margin_erosion": {
        "unadmitted_cost": frozenset({
            "forecast_above_3_months", "forecast_above_last_month", "forecast_above_to_date", "rest_above_3_months",
            "rest_margin", "margin_3_months", "margin_last_month", "margin_3_months_change", "margin_to_date",
            "forecast_margin_change", "forecast_margin_change_2", "forecast_margin_change_3", "forecast_below_baseline",
            "forecast_above_team", "forecast_margin_change_84", "forecast_margin_change_from_first",
            "forecast_below_best", "change_to_follow", "manager_follow_through", "manager_forecast_fall",
            "forecasts_fallen_share",
            "forecast_margin", "cost_ahead_of_time", "estimated_margin", "expected_fall", "forecast_above_estimate",
            "forecasts_above_months", "manager_above_months", "margin_lately", "forecast_above_lately",
            "margin_month_before", "forecast_above_month_before", "forecast_cost_growth",
        }),
        "troubled_project": _STRAIN,
    },
    "milestone_miss": {
        "troubled_project": _STRAIN,
        "slow_client": frozenset({
            "client_acceptance_days", "client_days_late", "client_billed_late_share", "client_payment_days",
            "client_disputed_share", "days_in_stage",
        }),
        "late_team": frozenset({"late_entry_share", "client_billing_days", "project_days_late"}),
        "slack_manager": frozenset({"manager_billed_late_share", "manager_days_late", "project_days_late"}),
        "little_time": _TIME_LEFT,
    },
}  # fmt: skip
