"""What becomes of entries once they are handed in: approved, or rejected, corrected, written off within weeks.

Each entry has a chance of being found fault with, by what one can see of it and by how strict its client and its
manager are. The truth is that chance.
"""

from dataclasses import dataclass

import numpy as np

from models.arrays import Floats, Ints
from training.simulate.calendar import DAYS_A_WEEK, HOUR, NEVER, WORKDAYS
from training.simulate.chance import logistic
from training.simulate.entries import Entries
from training.simulate.portfolio import Clients, Managers, Projects

BASE = -5.1
"""Log-odds of an entry without anything about it: six in a thousand."""
LONG_DAY_HOURS, LONG_DAY, VERY_LONG_HOURS, VERY_LONG = 10.0, 1.5, 13.0, 1.4
NOT_BOOKED, WEEKEND, ODD_CATEGORY, ODD_FLAG = 3.0, 1.4, 2.3, 2.6
WEEK_LATE, FORTNIGHT_LATE = 0.8, 0.9
PAST_END, CLOSED = 1.0, 2.0
TROUBLE = np.array([0.0, 0.35, 0.85])
STRICT_CLIENT, STRICT_MANAGER = 0.8, 0.7
INSIDE = -1.6
KINDS = ("rejected", "corrected", "written off")
KIND_SHARES = (0.45, 0.35, 0.20)
LONGEST_REVIEW_DAYS = 23


@dataclass(frozen=True)
class Reviews:
    """By entry: ``kind`` (-1 = nothing found), the instants (microseconds) of the finding and of the approval."""

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
    kind = np.where(found, np.where((kind == 2) & ~made.billable, 0, kind), -1)  # noqa: PLR2004
    wait = np.minimum(1.0 + luck.exponential(5.0, size), LONGEST_REVIEW_DAYS)
    found_at = made.submitted_at + (wait * 24 * HOUR).astype(np.int64)
    approval = made.submitted_at + ((0.5 + luck.exponential(2.2, size)) * 24 * HOUR).astype(np.int64)
    approval = np.where(kind == 0, np.iinfo(np.int64).max, np.where(kind == 1, found_at + 6 * HOUR, approval))
    return Reviews(probability, causes, kind, np.where(found, found_at, np.iinfo(np.int64).max), approval)


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
        "odd_category": ODD_CATEGORY * (on_project & (made.category == 5)),  # noqa: PLR2004
        "odd_flag": ODD_FLAG * (made.billable != on_project),
        "entered_late": WEEK_LATE * (waited > DAYS_A_WEEK) + FORTNIGHT_LATE * (waited > 2 * DAYS_A_WEEK),
        "outside_project": PAST_END * past_end + CLOSED * closed,
        "troubled_project": np.where(on_project, TROUBLE[made.state], 0.0),
        "strict_client": np.where(on_project, STRICT_CLIENT * whose.strictness[work.client[known]], 0.0),
        "strict_manager": np.where(on_project, STRICT_MANAGER * run_by.strictness[work.manager[known]], 0.0),
    }
