"""Which fields of a request tell of the same cause: one reason for a crowded pool, one for a scarce skill."""

from models.project_signals.groups import grouped

GROUPS = grouped({
    "time_left": (
        "days_open", "days_to_needed_by", "first_notice_days", "notice_days", "notice_used", "chance_by_needed_by",
        "chance_at_pace", "chance_within_1", "chance_within_3", "chance_within_7", "chance_within_14",
        "chance_within_28", "chance_within_56",
    ),
    "pool": (
        "job_role", "open_role", "opened_28", "opened_56", "opened_84", "filled_28", "filled_56", "filled_84",
        "in_time_role", "pace_lately", "usual_days_to_fill", "people_role", "free_role_0", "free_role_14",
        "free_role_28", "free_role_56", "requests_per_free_person",
    ),
    "skills": (
        "scarcest_skill", "skills_wanted", "open_skill", "filled_skill_84", "in_time_skill", "in_time_worst_skill",
        "pace_skills", "people_skill", "skill_requests_per_person", "free_skill_0", "free_skill_14", "free_skill_28",
        "free_skill_56", "skilled_free",
    ),
    "place": (
        "region", "remote_ok", "open_region", "filled_region_84", "in_time_region", "pace_region",
        "usual_days_to_fill_region", "people_region", "free_region_0", "free_region_14", "free_region_28",
        "free_region_56", "reachable_people", "reachable_free",
    ),
    "who_asks": ("in_time_requester", "pace_requester", "requester_open", "in_time_client", "pace_client"),
    "terms": ("rate_to_usual", "headcount", "priority", "grade", "weekly_hours", "effort_hours", "duration_weeks"),
    "project": (
        "service_line", "billing", "days_since_signed", "days_since_kickoff", "days_to_project_start",
        "days_to_project_end", "project_open", "project_opened_84",
    ),
    "moved_dates": ("needed_by_moves", "needed_by_moved_days"),
})  # fmt: skip
"""What is usual for a request of its kind belongs to the time that is left: that is what it is compared with."""
