"""What an unusual entry lies with, and until when it can be put right before it is billed."""

import datetime as dt

from models.cause import Cause, CauseKind
from models.local_time import last_instant
from models.task import Row

_DECEMBER = 12


def cause(subject_id: str, snapshot: Row) -> Cause:  # noqa: ARG001 - the snapshot says it
    """The person whose entry it is: entries of one misunderstanding are one trouble."""
    return Cause(CauseKind.PERSON, snapshot["person_id"])


def deadline(subject_id: str, snapshot: Row) -> dt.datetime:  # noqa: ARG001 - the snapshot says it
    """The end of the month that bills it: that of its day, or, where that has passed, the month of ``as_of``."""
    day = max(dt.date.fromisoformat(snapshot["worked_on"]), snapshot["as_of"].date())
    year, month = (day.year + 1, 1) if day.month == _DECEMBER else (day.year, day.month + 1)
    return last_instant(dt.date(year, month, 1) - dt.timedelta(days=1))
