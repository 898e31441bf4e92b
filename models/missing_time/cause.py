"""What a missing day lies with, and until when it can be entered."""

import datetime as dt

from models.cause import Cause, CauseKind
from models.missing_time.subjects import person_of
from models.task import Row


def cause(subject_id: str, snapshot: Row) -> Cause:  # noqa: ARG001 - the id says it
    """The person: the days of one absence are one trouble."""
    return Cause(CauseKind.PERSON, person_of(subject_id))


def deadline(subject_id: str, snapshot: Row) -> dt.datetime:  # noqa: ARG001 - the snapshot says it
    """The cutoff at which the week closes."""
    as_of: dt.datetime = snapshot["as_of"]
    return as_of + dt.timedelta(hours=snapshot["hours_to_cutoff"])
