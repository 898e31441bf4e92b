"""What becomes of entries once they are handed in: approved, or rejected, corrected, written off within weeks.

Each entry has a chance of being found fault with, by what one can see of it and by how strict its client and its
manager are. The truth is that chance.
"""

from dataclasses import dataclass

import numpy as np

from models.arrays import Floats, Ints
from training.simulate.calendar import DAYS_A_WEEK, HOUR, NEVER, WORKDAYS
from training.simulate.chance import logistic
from training.simulate.entries import INTERNAL, Entries
from training.simulate.portfolio import Clients, Managers, Projects

BASE = -5.1
"""Log-odds of an entry without anything about it: six in a thousand."""
LONG_DAY_HOURS, LONG_DAY, VERY_LONG_HOURS, VERY_LONG = 10.0, 1.5, 13.0, 1.4
"""Hours of a day beyond which an entry is looked at, and what that adds to the log-odds; so for all that follow."""
NOT_BOOKED, WEEKEND, ODD_CATEGORY, ODD_FLAG = 3.0, 1.4, 2.3, 2.6
WEEK_LATE, FORTNIGHT_LATE = 0.8, 0.9
PAST_END, CLOSED = 1.0, 2.0
TROUBLE = np.array([0.0, 0.35, 0.85])
STRICT_CLIENT, STRICT_MANAGER = 0.8, 0.7
"""Log-odds for each point of strictness."""
INSIDE = -1.6
"""Log-odds of time inside the firm, which hardly anybody looks at."""
KINDS = ("rejected", "corrected", "written off")
REJECTED, CORRECTED, WRITTEN_OFF = range(len(KINDS))
KIND_SHARES = (0.45, 0.35, 0.20)
FOUND_AFTER, FOUND_MEAN, LONGEST_REVIEW_DAYS = 1.0, 5.0, 23
"""Days from handing in to the finding: least, mean beyond it, most."""
APPROVED_AFTER, APPROVED_MEAN = 0.5, 2.2
"""Days from handing in to the approval: least, mean beyond it."""
CORRECTION_HOURS = 6
"""From a correction to its approval."""
NOT_AT_ALL = np.iinfo(np.int64).max
"""The instant of what does not happen."""


@dataclass(frozen=True)
class Reviews:
    """By entry: the ``probability`` that fault is found, what each cause adds to its log-odds, the ``kind`` of the
    finding (number in `KINDS`, -1 = none), the instants (microseconds, or `NOT_AT_ALL`) of finding and approval."""

    probability: Floats
    causes: dict[str, Floats]
    kind: Ints
    found_at: Ints
    approved_at: Ints


def reviews(made: Entries, work: Projects, whose: Clients, run_by: Managers, luck: np.random.Generator) -> Reviews:
    """What finance, clients and managers find in the entries."""
    causes = _causes(made, work, whose, run_by)
    probability = logistic(BASE + sum(causes.values()) + np.where(made.project < 0, INSIDE, 0.0))
    size = len(made)
    found = luck.random(size) < probability
    kind = luck.choice(len(KINDS), size, p=KIND_SHARES)
    kind = np.where(found, np.where((kind == WRITTEN_OFF) & ~made.billable, REJECTED, kind), -1)
    wait = np.minimum(FOUND_AFTER + luck.exponential(FOUND_MEAN, size), LONGEST_REVIEW_DAYS)
    found_at = made.submitted_at + (wait * 24 * HOUR).astype(np.int64)
    takes = APPROVED_AFTER + luck.exponential(APPROVED_MEAN, size)
    approval = made.submitted_at + (takes * 24 * HOUR).astype(np.int64)
    approval = np.where(kind == CORRECTED, found_at + CORRECTION_HOURS * HOUR, approval)
    return Reviews(
        probability=probability,
        causes=causes,
        kind=kind,
        found_at=np.where(found, found_at, NOT_AT_ALL),
        approved_at=np.where(kind == REJECTED, NOT_AT_ALL, approval),
    )


def _causes(made: Entries, work: Projects, whose: Clients, run_by: Managers) -> dict[str, Floats]:
    """What each cause adds to the log-odds."""
    known = np.maximum(made.project, 0)
    on_project = made.project >= 0
    waited = made.entered_day - made.day
    past_end = on_project & (made.day > work.planned_end[known])
    closed = on_project & (work.closed[known] < NEVER) & (made.day > work.closed[known])
    return {
        "long_day": LONG_DAY * (made.day_hours > LONG_DAY_HOURS) + VERY_LONG * (made.day_hours > VERY_LONG_HOURS),
        "not_booked": NOT_BOOKED * (on_project & ~made.booked),
        "weekend": WEEKEND * (made.day % DAYS_A_WEEK >= WORKDAYS),
        "odd_category": ODD_CATEGORY * (on_project & (made.category == INTERNAL)),
        "odd_flag": ODD_FLAG * (made.billable != on_project),
        "entered_late": WEEK_LATE * (waited > DAYS_A_WEEK) + FORTNIGHT_LATE * (waited > 2 * DAYS_A_WEEK),
        "outside_project": PAST_END * past_end + CLOSED * closed,
        "troubled_project": np.where(on_project, TROUBLE[made.state], 0.0),
        "strict_client": np.where(on_project, STRICT_CLIENT * whose.strictness[work.client[known]], 0.0),
        "strict_manager": np.where(on_project, STRICT_MANAGER * run_by.strictness[work.manager[known]], 0.0),
    }
