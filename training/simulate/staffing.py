"""How requests are filled: a queue a role, whose service slows down while its pool is crowded (Markov-modulated).

On each working day a request is filled with some chance, its *hazard*. It falls with how crowded the pool of its role
is, with scarce skills and distant places, and rises as the date comes near. How crowded a pool is moves from week to
week; it also brings more requests (`requests.planned`), so that one sees it in the queue. No person is matched by
hand: competition shows as slower filling for everybody in the role.

The truth is analytic: going back from the deadline day by day, over the states of the pool.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from models.arrays import Floats, Ints
from training.simulate.calendar import DAYS_A_WEEK, MONTHS_A_YEAR, NEVER, WORKDAYS, Calendar, next_workday
from training.simulate.portfolio import Managers, Projects
from training.simulate.requests import Requests
from training.simulate.world import JOB_ROLES, NEW_PRACTICE, PRACTICE_OF_ROLE, REGIONS

BASE = 0.13
"""Chance a working day of an ordinary request: half are filled within six working days."""
LEVELS = 4
CROWDING, USUAL_LEVEL = 0.58, 1.1
"""Log of the hazard lost at each level, and the level at which none is."""
RISES, EASES = 0.10, 0.12
"""Chances a week that a pool gets more crowded, or less."""
FIRST_LEVELS = 3
"""Pools begin at one of so many lowest levels; the new practice's at the highest."""
SCARCITY = np.array([0.0, 0.08, 0.22, 0.42, 0.68, 0.95])
"""Log of the hazard lost by wanting each skill of a practice, from common to scarce."""
SECOND_SKILL = 0.6
"""Of the scarcity of a second skill that is wanted: how much of it counts."""
REMOTE_DISTANCE, REMOTE, ON_SITE = 0.35, 0.30, -0.12
"""Of a region's scarcity, what counts where the work can be done from anywhere; and what each adds to the log."""
RATE, HEADCOUNT, PRIORITY, TOP_GRADES, PART_TIME = 1.6, -0.5, 0.22, -0.3, -0.15
"""What terms add to the log of the hazard: for each log of the rate over the list's and of the people wanted, for each
step of priority above normal, in the top grades, and for less than most of a week."""
TOP_GRADE, MOST_OF_A_WEEK = 4, 30.0
NORMAL_PRIORITY = 1
SLACK_REQUESTER = -0.45
NEAR_DAYS, NEAR_BOOST = 14, 0.35
"""As the date comes within so many days the log of the hazard rises, by this much on the day itself."""
CANCELLED_A_DAY = 0.003
MOVES_A_WEEK, MOVES_IN_TROUBLE = 0.035, 0.5
"""Chance a week that the date is moved, and by which factor more it is with each step of trouble."""
MOVED_BY_DAYS = (7, 14, 14, 21, 28)
"""Each as likely as the others."""
MOVING_DAY = 2
"""Dates are moved on Wednesdays."""
SUMMER_AND_YEAR_END, SLOW_MONTHS = -0.35, (7, 11)
"""Log of the hazard lost in August and December (months from 0)."""
MOST_LIKELY = 0.7
"""The highest chance a day."""
WEEKS_BEYOND = 60
"""Weeks after the history for which the pools go on: deadlines lie there."""
LONGEST_WAIT = 120
"""Working days after its date at which a request that nobody filled is given up."""


@dataclass(frozen=True)
class Filling:
    """What came of each request: days, `NEVER` where it did not happen. ``moves`` holds a row a moved date."""

    filled: Ints
    cancelled: Ints
    moves: pl.DataFrame

    def joined(self, more: "Filling", number: int) -> "Filling":
        """What came of ``number`` requests and then of those that follow them."""
        moves = more.moves.with_columns(pl.col("request") + number)
        return Filling(
            filled=np.concatenate([self.filled, more.filled]),
            cancelled=np.concatenate([self.cancelled, more.cancelled]),
            moves=pl.concat([self.moves, moves]),
        )


def crowding(calendar: Calendar, luck: np.random.Generator) -> Ints:
    """How crowded each role's pool is, (roles, weeks). The new practice begins crowded."""
    levels = np.zeros((len(JOB_ROLES), calendar.weeks + WEEKS_BEYOND), dtype=np.int64)
    level = luck.integers(0, FIRST_LEVELS, len(JOB_ROLES))
    level[np.array(PRACTICE_OF_ROLE) == NEW_PRACTICE] = LEVELS - 1
    steps = np.cumsum(level_steps(), axis=1)
    for week in range(levels.shape[1]):
        levels[:, week] = level
        level = (luck.random(len(level))[:, None] > steps[level]).sum(axis=1)
    return levels


def level_steps() -> Floats:
    """The chances of a week's change of level, (from, to)."""
    steps = np.zeros((LEVELS, LEVELS))
    for level in range(LEVELS):
        up = RISES if level < LEVELS - 1 else 0.0
        down = EASES if level else 0.0
        steps[level, min(level + 1, LEVELS - 1)] += up
        steps[level, max(level - 1, 0)] += down
        steps[level, level] += 1 - up - down
    return steps


def drivers(asked: Requests, work: Projects, run_by: Managers) -> dict[str, Floats]:
    """Logs of what each cause adds to a request's hazard, whatever the week."""
    geography = np.array([region.scarcity for region in REGIONS])[asked.region]
    second = np.where(asked.second_skill >= 0, SCARCITY[np.maximum(asked.second_skill, 0)], 0.0)
    distance = -np.where(asked.remote, REMOTE_DISTANCE, 1.0) * geography
    return {
        "scarce_skill": -SCARCITY[asked.skill] - SECOND_SKILL * second,
        "geography": distance + np.where(asked.remote, REMOTE, ON_SITE),
        "terms": (
            RATE * np.log(asked.rate_ratio) + HEADCOUNT * np.log(asked.headcount)
            + PRIORITY * (asked.priority - NORMAL_PRIORITY) + np.where(asked.grade >= TOP_GRADE, TOP_GRADES, 0.0)
            + np.where(asked.hours < MOST_OF_A_WEEK, PART_TIME, 0.0)
        ),
        "requester": SLACK_REQUESTER * run_by.slack[work.manager[asked.project]],
        "unexplained": asked.awkward,
    }  # fmt: skip


def fill(
    asked: Requests, *, base: Floats, levels: Ints, work: Projects, calendar: Calendar, luck: np.random.Generator
) -> Filling:
    """Lets every working day pass over the open requests, from the one after their opening on.

    ``base`` (requests,) is the log of what `drivers` add up to, ``levels`` (roles, weeks) how crowded the pools are.
    Each day a request is filled, cancelled, or neither, by one draw.
    """
    size = len(asked)
    filled, cancelled = np.full(size, NEVER), np.full(size, NEVER)
    needed = asked.needed_by.copy()
    moves: list[pl.DataFrame] = []
    order = np.argsort(asked.opened, kind="stable")
    opened_sorted = asked.opened[order]
    waiting = np.empty(0, dtype=np.int64)
    reached = 0
    for day in range(int(min(0, asked.opened.min())), calendar.days):
        upto = int(np.searchsorted(opened_sorted, day, side="left"))
        waiting = np.concatenate([waiting, order[reached:upto]])
        reached = upto
        if day % DAYS_A_WEEK >= WORKDAYS or not len(waiting):
            continue
        week = min(max(day // DAYS_A_WEEK, 0), levels.shape[1] - 1)
        chance = hazard(base[waiting], asked.needed_by[waiting], day, levels[asked.role[waiting], week], calendar)
        lot = luck.random(len(waiting))
        now_filled = lot < chance
        now_cancelled = ~now_filled & (lot < chance + CANCELLED_A_DAY)
        given_up = ~now_filled & (day > asked.needed_by[waiting] + LONGEST_WAIT * DAYS_A_WEEK // WORKDAYS)
        filled[waiting[now_filled]] = day
        cancelled[waiting[now_cancelled | given_up]] = day
        waiting = waiting[~(now_filled | now_cancelled | given_up)]
        if day % DAYS_A_WEEK == MOVING_DAY:
            state = work.standing(asked.project[waiting], np.full(len(waiting), day // DAYS_A_WEEK))
            likely = MOVES_A_WEEK * (1 + MOVES_IN_TROUBLE * state)
            moved = waiting[(luck.random(len(waiting)) < likely) & (needed[waiting] > day)]
            before, on = needed[moved], np.full(len(moved), day)
            needed[moved] = next_workday(before + luck.choice(MOVED_BY_DAYS, len(moved)))
            moves.append(pl.DataFrame({"request": moved, "day": on, "before": before, "after": needed[moved]}))
    return Filling(filled, cancelled, pl.concat(moves))


def hazard(base: Floats, first_date: Ints, day: int | Ints, level: int | Ints, calendar: Calendar) -> Floats:
    """The chance (requests,) that each is filled on a day, its pool being as crowded as ``level``.

    ``first_date`` is the day for which somebody was asked for at first: what urges does not move with the date.
    """
    near = NEAR_BOOST * np.clip(1 - (first_date - day) / NEAR_DAYS, 0.0, 1.0)
    month = calendar.month_of[np.clip(day, 0, len(calendar.month_of) - 1)] % MONTHS_A_YEAR
    season = np.where(np.isin(month, SLOW_MONTHS), SUMMER_AND_YEAR_END, 0.0)
    return np.minimum(BASE * np.exp(base + near + season - CROWDING * (level - USUAL_LEVEL)), MOST_LIKELY)


def unfilled(
    asked: Requests, rows: Ints, *, deadline: Ints, since: Ints, base: Floats, levels: Ints, calendar: Calendar
) -> pl.DataFrame:
    """The truth: for requests ``rows`` with these ``deadline`` days, the chance of not being filled by then.

    One row a working day from the day after ``since`` (nobody having filled or cancelled it by that day's morning) to
    the deadline: ``row`` (position in ``rows``), ``day``, ``probability`` among those that nobody cancels.

    Backward equations of a Markov chain (Norris, Markov Chains, 1997, chapter 1): on each day, for each level of the
    pool, the chance of still being open at the deadline and that of having been filled follow from those of the next.
    """
    steps = level_steps()
    last = _workday_number(deadline)
    first = _workday_number(since) + 1
    open_, done = np.ones((len(rows), LEVELS)), np.zeros((len(rows), LEVELS))
    week_after = np.full(len(rows), -1)
    found: list[pl.DataFrame] = []
    for step in range(int((last - first).max(initial=-1)) + 1):
        number = last - step
        counted = number >= first
        day = number // WORKDAYS * DAYS_A_WEEK + number % WORKDAYS
        turned = (week_after >= 0) & (day // DAYS_A_WEEK != week_after)
        open_[turned], done[turned] = open_[turned] @ steps.T, done[turned] @ steps.T
        week_after = day // DAYS_A_WEEK
        by_level = [hazard(base[rows], asked.needed_by[rows], day, level, calendar) for level in range(LEVELS)]
        chance = np.stack(by_level, axis=1)
        stays = 1 - chance - CANCELLED_A_DAY
        open_ = np.where(counted[:, None], stays * open_, open_)
        done = np.where(counted[:, None], chance + stays * done, done)
        at = np.flatnonzero(counted)
        level = levels[asked.role[rows[at]], np.clip(day[at] // DAYS_A_WEEK, 0, levels.shape[1] - 1)]
        left, gone = open_[at, level], done[at, level]
        found.append(pl.DataFrame({"row": at, "day": day[at], "probability": left / (left + gone)}))
    schema = {"row": pl.Int64, "day": pl.Int64, "probability": pl.Float64}
    return pl.concat([pl.DataFrame(schema=schema), *found])


def _workday_number(days: Ints) -> Ints:
    """Working days since day 0: the last one that is not after the day."""
    return np.asarray(days) // DAYS_A_WEEK * WORKDAYS + np.minimum(np.asarray(days) % DAYS_A_WEEK, WORKDAYS - 1)
