"""Which fields of a milestone tell of the same cause."""

from models.project_signals.groups import GROUPS as PROJECT_GROUPS
from models.project_signals.groups import grouped

GROUPS = PROJECT_GROUPS | grouped({
    "time_left": ("days_to_due", "days_to_deadline", "stage", "days_in_stage", "deadline_month", "days_to_month_end"),
    "strain": ("due_moves", "due_moved_days", "project_overdue", "project_billed_late_share", "project_days_late"),
    "size": ("amount_of_contract", "project_milestones", "project_milestones_billed", "created_days"),
})  # fmt: skip
"""How far it has come is read beside the time that is left for it."""
