"""What an eroding margin lies with, and until when it can be turned."""

import datetime as dt

from models.cause import Cause, CauseKind
from models.local_time import last_instant
from models.margin_erosion.settings import MarginErosionSettings
from models.task import Row

NEXT_FORECAST_DAYS: int = MarginErosionSettings.model_fields["window_from_days"].default
"""From so many days on the next forecast counts, which would show the erosion."""


def cause(subject_id: str, snapshot: Row) -> Cause:  # noqa: ARG001 - a project is its own cause
    """The project."""
    return Cause(CauseKind.PROJECT, subject_id)


def deadline(subject_id: str, snapshot: Row) -> dt.datetime:  # noqa: ARG001 - the snapshot says it
    """When the next forecast is due that would show it, or the project's last day where that comes first."""
    left = snapshot["project_days_to_end"]
    days = NEXT_FORECAST_DAYS if left is None or left < 0 else min(left, NEXT_FORECAST_DAYS)
    return last_instant(snapshot["as_of"].date() + dt.timedelta(days=days))
