"""What an open request's trouble lies with, and until when it can be turned."""

import datetime as dt

from models.cause import Cause, CauseKind
from models.local_time import last_instant
from models.task import Row


def cause(subject_id: str, snapshot: Row) -> Cause:
    """The project that waits for people; a request for no project stands for itself."""
    project_id = snapshot["project_id"]
    return Cause(CauseKind.REQUEST, subject_id) if project_id is None else Cause(CauseKind.PROJECT, project_id)


def deadline(subject_id: str, snapshot: Row) -> dt.datetime | None:  # noqa: ARG001 - the snapshot says it
    """The end of the day on which somebody is needed, UTC."""
    needed_by = snapshot["needed_by"]
    return None if needed_by is None else last_instant(dt.date.fromisoformat(needed_by))
