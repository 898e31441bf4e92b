"""What a late milestone lies with, and until when it can still be billed in time."""

import datetime as dt

from models.cause import Cause, CauseKind
from models.local_time import last_instant
from models.milestone_miss.snapshot import ACHIEVED
from models.task import Row


def cause(subject_id: str, snapshot: Row) -> Cause:
    """The project, whose work is late; the client, where the work is done and waits for the client's acceptance."""
    client_id = snapshot["client_id"]
    if snapshot["stage"] == ACHIEVED and client_id is not None:
        return Cause(CauseKind.CLIENT, client_id)
    return Cause(CauseKind.PROJECT, snapshot["project_id"] or subject_id)


def deadline(subject_id: str, snapshot: Row) -> dt.datetime:  # noqa: ARG001 - the snapshot says it
    """The end of the last day on which billing is in time, UTC."""
    return last_instant(snapshot["as_of"].date() + dt.timedelta(days=snapshot["days_to_deadline"]))
