"""What a change request that waits lies with."""

import datetime as dt

from models.cause import Cause, CauseKind
from models.task import Row


def cause(subject_id: str, snapshot: Row) -> Cause:
    """The project, or else the change request itself."""
    project_id = snapshot["project_id"]
    return Cause(CauseKind.REQUEST, subject_id) if project_id is None else Cause(CauseKind.PROJECT, project_id)


def deadline(subject_id: str, snapshot: Row) -> dt.datetime | None:
    """Nobody can say until when a client may still decide."""
