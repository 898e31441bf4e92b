"""Approvals and their events: asked for, looked at by the manager and then by finance, sent back now and then."""

import numpy as np
import polars as pl

from training.simulate.calendar import DAYS_A_WEEK, HOUR, Calendar
from training.simulate.portfolio import Managers, Projects

KINDS = ("travel", "expense", "contractor", "write_off", "discount")
KIND_SHARES = (0.38, 0.24, 0.14, 0.14, 0.10)
AMOUNTS = (1_400.0, 260.0, 14_000.0, 3_500.0, 6_000.0)
"""Median pounds by kind."""
A_WEEK = np.array([0.10, 0.17, 0.30])
"""Approvals of a running project, by how it stands."""
AMOUNT_SPREAD = 0.8
"""Standard deviation of the log of an amount."""
SENT_BACK, REFUSED, WITHDRAWN = 0.16, 0.07, 0.03
WAIT_DAYS = (1.6, 2.2, 1.4, 3.2)
"""Mean days of each wait: until it is sent back, until it comes again, until the manager looks, until finance does."""
SHORTEST_WAIT = 0.05
SLACK_WAITS, DEAR_WAITS = 0.4, 1.8
"""What lengthens the first three waits: slack of the manager (log), much money (factor)."""
DEAR = KINDS.index("contractor")
"""From this kind on, much money is at stake."""
STEPS = (
    "submitted",
    "sent back",
    "submitted again",
    "approved by manager",
    "approved by finance",
    "rejected",
    "withdrawn",
)
SUBMITTED, RETURNED, AGAIN, BY_MANAGER, BY_FINANCE, REJECTED, TAKEN_BACK = range(len(STEPS))
OUTCOMES = {BY_FINANCE: "approved", REJECTED: "rejected", TAKEN_BACK: "withdrawn"}


def approvals(
    work: Projects, run_by: Managers, *, names: list[str], currency: list[str], calendar: Calendar,
    luck: np.random.Generator,
) -> tuple[pl.DataFrame, pl.DataFrame]:  # fmt: skip
    """The tables ``approvals`` and ``approval_events``, with the people's ``names`` and each project's ``currency``."""
    project, week = np.nonzero(work.trouble >= 0)
    running = week * DAYS_A_WEEK < np.minimum(work.ends[project], calendar.days)
    project, week = project[running], week[running]
    row = np.repeat(np.arange(len(project)), luck.poisson(A_WEEK[work.trouble[project, week]]))
    project, week = project[row], week[row]
    size = len(project)
    opened = calendar.office(week * DAYS_A_WEEK + luck.integers(0, 5, size), luck.uniform(8.0, 16.0, size))
    kind = luck.choice(len(KINDS), size, p=KIND_SHARES)
    manager = work.manager[project]
    slow = np.exp(SLACK_WAITS * run_by.slack[manager]) * np.where(kind >= DEAR, DEAR_WAITS, 1.0)
    mean = np.stack([*(days * slow for days in WAIT_DAYS[:3]), np.full(size, WAIT_DAYS[3])])
    waits = (luck.exponential(1.0, (len(WAIT_DAYS), size)) * mean + SHORTEST_WAIT) * 24 * HOUR
    back = luck.random(size) < SENT_BACK
    lot = luck.random(size)
    ends_as = np.where(lot < REFUSED, REJECTED, np.where(lot < REFUSED + WITHDRAWN, TAKEN_BACK, BY_FINANCE))
    sent_back = opened + waits[0].astype(np.int64)
    again = sent_back + waits[1].astype(np.int64)
    looked = np.where(back, again, opened) + waits[2].astype(np.int64)
    closed = looked + waits[3].astype(np.int64)
    ids = pl.Series([f"AP{number:06}" for number in range(1, size + 1)])
    owner = pl.Series(names)
    asks = owner.gather(run_by.person[manager])
    amount = np.round(np.array(AMOUNTS)[kind] * luck.lognormal(0.0, AMOUNT_SPREAD, size), 2)
    table = pl.DataFrame(
        {
            "approval_id": ids, "kind": [KINDS[each] for each in kind], "project": project, "requester": asks,
            "amount": amount, "currency": pl.Series(currency).gather(project), "opened_at": calendar.happened(opened),
            "closed_at": calendar.happened(closed), "outcome": [OUTCOMES[each] for each in ends_as.tolist()],
        }
    ).with_columns(outcome=pl.when(pl.col("closed_at").is_not_null()).then("outcome"))  # fmt: skip
    finance = owner.gather(run_by.person[luck.integers(0, len(run_by.person), size)])
    everywhere = np.ones(size, dtype=bool)
    steps = [
        (opened, SUBMITTED, everywhere, asks, "requester"), (sent_back, RETURNED, back, finance, "project_manager"),
        (again, AGAIN, back, asks, "requester"),
        (looked, BY_MANAGER, ends_as == BY_FINANCE, finance, "project_manager"),
        (closed, -1, everywhere, finance, "finance_reviewer"),
    ]  # fmt: skip
    events = [
        pl.DataFrame(
            {
                "approval_id": ids, "at": calendar.happened(at), "seq": np.full(size, seq),
                "activity": [STEPS[each if step < 0 else step] for each in ends_as], "actor": actor,
                "approver_role": [approver] * size, "counted": counted,
            }
        )
        for seq, (at, step, counted, actor, approver) in enumerate(steps, start=1)
    ]  # fmt: skip
    told = pl.concat(events).filter(pl.col("counted"), pl.col("at").is_not_null()).drop("counted")
    return table.filter(pl.col("opened_at").is_not_null()), told.sort("approval_id", "at", "seq")
