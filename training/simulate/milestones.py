"""Billing milestones on their way: achieved by the team, accepted by the client, billed by finance.

On each working day a milestone takes its next step with some chance. It falls with trouble, with slow clients, slack
managers and teams that enter their time late; finance bills more at a month's end. The truth is analytic: back from the
deadline day by day, over stages and standings.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from models.arrays import Floats, Ints
from training.simulate.calendar import DAYS_A_WEEK, NEVER, TUESDAY, WORKDAYS, Calendar, next_workday
from training.simulate.portfolio import Clients, Managers, Projects, transition
from training.simulate.world import FIXED_PRICE, STANDINGS, TIME_AND_MATERIALS

PLANNED_LEAD_DAYS = 15
"""Working days before its due date by which a plan has a milestone achieved."""
ACHIEVED = ((-30, 0.001), (-12, 0.012), (-4, 0.07), (1, 0.17), (400, 0.24))
"""Chance a day of being achieved, by working days after the day that the plan has for it."""
ACHIEVED_IN_TROUBLE = np.array([1.15, 0.55, 0.24])
ACCEPTED_IN_TROUBLE = np.array([1.1, 0.75, 0.5])
BILLED_A_DAY, BILLED_IN_TROUBLE = 0.26, np.array([1.1, 0.8, 0.55])
"""Factors of the chances of a step, by how the project stands; and the chance a day that finance bills."""
SLACK_MANAGER, OPTIMISM_SPREAD, LATE_TEAM = -0.35, 0.25, -0.9
"""Logs of the chances: what a manager's slack takes from being achieved, how far plans are too bold or too shy by luck,
and what each point of lateness in entering time takes from being billed."""
MONTH_END_BILLING, MONTH_END_DAYS = 1.8, 4
"""By which factor finance bills more in so many last days of a month."""
MOST_LIKELY = 0.75
"""The highest chance a day in a calm project."""
CANCELLED_A_DAY = 0.0004
REPLANNED_A_WEEK = np.array([0.006, 0.03, 0.07])
"""Chance a week that the date is moved, by how the project stands."""
REPLANNED_WITHIN, REPLANNED_BY_DAYS = 45, (7, 14, 14, 28)
"""Only dates within so many days are moved; each of these is as likely as the others."""
LIVES_BEFORE = 200
"""Days before its date from which on a milestone can take its first step."""
GRACE_DAYS, FREE_DAYS_IN_A_ROW = 5, 7
"""Working days after its date by which a milestone is to be billed; and how many holidays may follow each other."""
HORIZON_DAYS = 60
STAGES = 3
"""Not achieved, achieved, accepted; billed is the end."""
WEEKS_EACH, FIXED_COUNT = 4.5, (2, 10)
STAGED, STAGED_WEEKS_EACH, STAGED_COUNT = 0.45, 9, (1, 4)
"""Weeks for each milestone at a fixed price, fewest, most; the share of projects by the hour with any, and theirs."""
DUE_AFTER = (10, 25)
"""Days after the work it stands for on which a milestone is due: at least, less than."""
SHARE_WITHIN = (0.6, 1.4)
"""How much larger one milestone of a contract is than another."""


@dataclass(frozen=True)
class Milestones:
    """A row a milestone; days of the calendar, `NEVER` where a step was not taken. Hidden: ``pace`` of its steps.

    ``due`` is the day as it was planned at first, ``share`` that of the contract's value. ``moves`` holds a row a moved
    date: ``milestone``, ``day``, ``before``, ``after``.
    """

    project: Ints
    number: Ints
    share: Floats
    due: Ints
    achieved: Ints
    accepted: Ints
    billed: Ints
    cancelled: Ints
    moves: pl.DataFrame
    pace: Floats
    """(milestones, stages): factors of the chances of each step, beside trouble and the calendar."""

    def __len__(self) -> int:
        return len(self.project)

    def names(self) -> list[str]:
        """The id of each."""
        return [f"M{number:06}" for number in range(1, len(self) + 1)]


def milestones(
    work: Projects, *, whose: Clients, run_by: Managers, tardiness: Floats, calendar: Calendar,
    luck: np.random.Generator,
) -> Milestones:  # fmt: skip
    """The milestones of all projects. ``tardiness`` (projects,) is how late each team enters its time, around 0."""
    project, number, share, due = _plan(work, luck)
    optimism = luck.normal(0.0, OPTIMISM_SPREAD, len(project))
    achieves = np.exp(SLACK_MANAGER * run_by.slack[work.manager[project]] + optimism)
    accepts = 1.0 / whose.accept_days[work.client[project]]
    bills = BILLED_A_DAY * np.exp(LATE_TEAM * tardiness[project])
    pace = np.stack([achieves, accepts, bills], axis=1)
    size = len(project)
    stage = np.zeros(size, dtype=np.int64)
    steps = np.full((size, STAGES), NEVER)
    cancelled = np.full(size, NEVER)
    now_due = due.copy()
    moves = []
    first = np.maximum(work.signed[project], work.starts[project])
    for day in range(calendar.days):
        if day % DAYS_A_WEEK >= WORKDAYS:
            continue
        open_ = np.flatnonzero((stage < STAGES) & (first <= day) & (cancelled == NEVER) & (due < day + LIVES_BEFORE))
        state = work.standing(project[open_], np.full(len(open_), day // DAYS_A_WEEK))
        chance = chances(pace[open_], due[open_], day, calendar)[np.arange(len(open_)), stage[open_]]
        chance = chance * in_trouble()[stage[open_], state]
        lot = luck.random(len(open_))
        goes = open_[lot < chance]
        steps[goes, stage[goes]] = day
        gone = open_[(lot >= chance) & (lot < chance + CANCELLED_A_DAY)]
        cancelled[gone] = day
        stage[goes] += 1
        if day % DAYS_A_WEEK == TUESDAY:  # plans are made again
            soon = (now_due[open_] > day) & (now_due[open_] < day + REPLANNED_WITHIN)
            waits = open_[(stage[open_] == 0) & soon]
            state = work.standing(project[waits], np.full(len(waits), day // DAYS_A_WEEK))
            moved = waits[luck.random(len(waits)) < REPLANNED_A_WEEK[state]]
            before, on = now_due[moved], np.full(len(moved), day)
            now_due[moved] = next_workday(before + luck.choice(REPLANNED_BY_DAYS, len(moved)))
            moves.append(pl.DataFrame({"milestone": moved, "day": on, "before": before, "after": now_due[moved]}))
    return Milestones(
        project=project, number=number, share=share, due=due, achieved=steps[:, 0], accepted=steps[:, 1],
        billed=steps[:, 2], cancelled=cancelled, moves=pl.concat(moves), pace=pace,
    )  # fmt: skip


def missed(
    asked: Milestones, rows: Ints, *, due: Ints, since: Ints, until: Ints, work: Projects, calendar: Calendar
) -> pl.DataFrame:
    """The truth: for milestones ``rows`` with these ``due`` days, the chance of not being billed `GRACE_DAYS` later.

    One row a Monday in ``since`` … ``until`` (days) on which the milestone is still unbilled: ``row`` (position in
    ``rows``), ``day`` (that Monday, before anything happens on it), ``stage``, ``standing`` and ``probability`` among
    those that nobody cancels. Backward equations as in `staffing.unfilled`, over stages and standings.
    """
    deadline = deadlines(due, work.region[asked.project[rows]], calendar)
    weekly = transition(work.slide[asked.project[rows]])
    first = since // DAYS_A_WEEK * WORKDAYS
    last = deadline // DAYS_A_WEEK * WORKDAYS + np.minimum(deadline % DAYS_A_WEEK, WORKDAYS - 1)
    unbilled = np.ones((len(rows), STAGES, STANDINGS))
    billed = np.zeros((len(rows), STAGES, STANDINGS))
    week_after = np.full(len(rows), -1)
    factor = in_trouble()
    found = []
    for step in range(int((last - first).max(initial=-1)) + 1):
        number = last - step
        counted = number >= first
        day = number // WORKDAYS * DAYS_A_WEEK + number % WORKDAYS
        turned = (week_after >= 0) & (day // DAYS_A_WEEK != week_after)
        unbilled[turned] = np.einsum("nij,nsj->nsi", weekly[turned], unbilled[turned])
        billed[turned] = np.einsum("nij,nsj->nsi", weekly[turned], billed[turned])
        week_after = day // DAYS_A_WEEK
        chance = chances(asked.pace[rows], asked.due[rows], day, calendar)[:, :, None] * factor[None, :, :]
        stays = 1 - chance - CANCELLED_A_DAY
        on_unbilled = np.concatenate([unbilled[:, 1:], np.zeros_like(unbilled[:, :1])], axis=1)
        on_billed = np.concatenate([billed[:, 1:], np.ones_like(billed[:, :1])], axis=1)
        new_unbilled = stays * unbilled + chance * on_unbilled
        new_billed = stays * billed + chance * on_billed
        unbilled = np.where(counted[:, None, None], new_unbilled, unbilled)
        billed = np.where(counted[:, None, None], new_billed, billed)
        at = np.flatnonzero(counted & (number % WORKDAYS == 0) & (day >= since) & (day <= until))
        open_ = _as_it_stands(asked, rows[at], day[at], work)
        left, done = (by[at, open_["stage"], open_["standing"]] for by in (unbilled, billed))
        told = open_.with_columns(row=at, day=day[at], probability=left / (left + done)).filter("open")
        found.append(told.select("row", "day", "stage", "standing", "probability"))
    return pl.concat(found)


def deadlines(due: Ints, region: Ints, calendar: Calendar) -> Ints:
    """The day `GRACE_DAYS` working days after each due day, by the calendar of the region."""
    day = np.asarray(due).copy()
    for _ in range(GRACE_DAYS):
        day = next_workday(day + 1)
        for _ in range(FREE_DAYS_IN_A_ROW):
            day = np.where(calendar.holidays[region, day], next_workday(day + 1), day)
    return day


def _as_it_stands(asked: Milestones, which: Ints, day: Ints, work: Projects) -> pl.DataFrame:
    """The ``stage`` of milestones ``which`` before each day, whether they are ``open``, and how the project stands."""
    stage = (asked.achieved[which] < day).astype(np.int64) + (asked.accepted[which] < day)
    open_ = (asked.billed[which] >= day) & (asked.cancelled[which] >= day)
    standing = work.standing(asked.project[which], day // DAYS_A_WEEK)
    return pl.DataFrame({"stage": stage, "standing": standing, "open": open_})


def chances(pace: Floats, due: Ints, day: int | Ints, calendar: Calendar) -> Floats:
    """The chances of each step on a day, (milestones, stages), before what trouble makes of them."""
    late = (np.asarray(day) - due) * (WORKDAYS / DAYS_A_WEEK) + PLANNED_LEAD_DAYS
    marks, values = zip(*ACHIEVED, strict=True)
    achieved = np.exp(np.interp(late, marks, np.log(values)))
    at = np.clip(day, 0, len(calendar.days_to_month_end) - 1)
    month_end = np.where(calendar.days_to_month_end[at] < MONTH_END_DAYS, MONTH_END_BILLING, 1.0)
    seasonal = np.stack([achieved, np.ones_like(achieved), np.broadcast_to(month_end, achieved.shape)], axis=1)
    likely: Floats = np.minimum(pace * seasonal, MOST_LIKELY)
    return likely


def in_trouble() -> Floats:
    """Factors of the chances, (stages, standings)."""
    return np.stack([ACHIEVED_IN_TROUBLE, ACCEPTED_IN_TROUBLE, BILLED_IN_TROUBLE])


def _plan(work: Projects, luck: np.random.Generator) -> tuple[Ints, Ints, Floats, Ints]:
    """Project, number, share of the contract and due day of each milestone."""
    weeks = (work.planned_end - work.starts) / DAYS_A_WEEK
    fixed = work.billing == FIXED_PRICE
    count = np.where(fixed, np.clip(np.round(weeks / WEEKS_EACH), *FIXED_COUNT), 0)
    staged = (work.billing == TIME_AND_MATERIALS) & (luck.random(len(work)) < STAGED)
    count = np.where(staged, np.clip(np.round(weeks / STAGED_WEEKS_EACH), *STAGED_COUNT), count).astype(np.int64)
    project = np.repeat(np.arange(len(work)), count)
    number = np.arange(len(project)) - np.repeat(np.cumsum(count) - count, count) + 1
    span = (work.planned_end - work.starts)[project]
    handed_over = work.starts[project] + (span * number / count[project]).astype(np.int64)
    due = handed_over + luck.integers(*DUE_AFTER, len(project))
    weight = luck.uniform(*SHARE_WITHIN, len(project))
    share = weight / np.bincount(project, weight, minlength=len(work))[project]
    return project, number, share, next_workday(due)
