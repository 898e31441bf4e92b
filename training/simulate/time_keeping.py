"""When each day's time is typed in: sessions at which somebody enters all that is still open.

A week has six moments at which a person may sit down to it: the late afternoon of each working day, and the Monday
morning after, before the week closes. Each happens or not, by habit, by the person's care, and by what gets in the way
in that week. Who sits down enters all days of the week so far. So the chance that a day is missing at the cutoff is the
product of the chances that none of the moments left happens: the truth is analytic.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.arrays import Flags, Floats, Ints
from training.simulate.absence import Absence
from training.simulate.bookings import Bookings
from training.simulate.calendar import DAYS_A_WEEK, NEVER, WORKDAYS, Calendar
from training.simulate.chance import logistic, logit
from training.simulate.people import People, rise_day
from training.simulate.portfolio import Projects

MOMENTS = 6
SITS_DOWN = np.array(
    [
        [0.86, 0.86, 0.86, 0.86, 0.88, 0.55],
        [0.20, 0.52, 0.25, 0.50, 0.72, 0.50],
        [0.03, 0.04, 0.05, 0.08, 0.80, 0.62],
        [0.02, 0.02, 0.02, 0.03, 0.12, 0.84],
        [0.04, 0.05, 0.05, 0.05, 0.15, 0.40],
    ]
)
"""By habit (`people.HABITS`) and moment. Together about one day in five misses its cutoff."""
SPELL, SPELL_BEGINS, SPELL_ENDS = -2.1, 0.026, 0.15
"""Weeks in which somebody has other things on their mind; nobody writes down why. Log-odds, and chances a week."""
TROUBLE = np.array([0.0, -0.5, -1.0])
"""Log-odds by how the project stands on which most of the week is booked."""
TRAVEL, LEAVE_NEXT, NEW, LEAVING, MANY_PROJECTS = -0.55, -0.55, -0.8, -0.7, -0.35
MONTH_END, NEW_TOOL = 0.3, -0.5
"""Log-odds of sitting down at each moment of such a week."""
NEW_WEEKS, LEAVING_WEEKS, NEW_TOOL_WEEKS = 5, 3, 6
MANY = 3
"""Projects in a week from which on they are many."""
MOOD = 0.3
"""Standard deviation of a week's log-odds for no reason."""
CAUGHT_UP_A_DAY = 0.30
"""Chance a working day after the cutoff that what is missing is chased and entered."""
LOST = 0.04
"""The share of late weeks that nobody ever enters."""
AFTERNOON, MONDAY_MORNING, CAUGHT_UP = (15.5, 2.2), (8.4, 2.6), (13.4, 4.0)
"""Local hours of the moments, the Monday's and the late entry's: the earliest, and by how much later at most."""
MOMENT_DAYS = (0, 1, 2, 3, 4, 7)
"""Days from a week's Monday to each moment."""


@dataclass(frozen=True)
class TimeKeeping:
    """Arrays by (people, weeks of the history): ``sits`` are the chances of the six moments, ``slot`` (…, 5) the moment
    at which each day was entered (6 = after the cutoff), ``late`` the working days from Monday to the late entry
    (`NEVER` = lost), ``hour`` (…, 7) the clock at each moment. ``main`` is the project that most of the week is booked
    on, -1 where none is. ``causes`` names what lowers the chances, in log-odds.
    """

    sits: npt.NDArray[np.float32]
    slot: npt.NDArray[np.int8]
    late: Ints
    hour: npt.NDArray[np.float32]
    main: Ints
    causes: dict[str, Floats]


def time_keeping(
    staff: People, *, booked: Bookings, absent: Absence, work: Projects, calendar: Calendar, luck: np.random.Generator
) -> TimeKeeping:
    """How everybody keeps their time in every week of the history."""
    first, weeks = calendar.first // DAYS_A_WEEK, calendar.weeks - calendar.first // DAYS_A_WEEK
    shape = (len(staff), weeks)
    main, count = _projects_of(booked, shape, first)
    causes = _causes(staff, absent=absent, work=work, calendar=calendar, main=main, count=count, luck=luck)
    log_odds = logit(SITS_DOWN)[staff.habit][:, None, :] + staff.care[:, None, None]
    log_odds = log_odds + (sum(causes.values()) + luck.normal(0.0, MOOD, shape))[:, :, None]
    sits = logistic(log_odds) * _there(absent, shape, first)
    slot = entered_at(luck.random((*shape, MOMENTS)) < sits)
    late = luck.geometric(CAUGHT_UP_A_DAY, shape) - 1
    late = np.where(luck.random(shape) < LOST, NEVER, late)
    return TimeKeeping(sits.astype(np.float32), slot, late, _hours(shape, luck), main, causes)


def entered_at(happens: Flags) -> npt.NDArray[np.int8]:
    """The moment at which each of a week's five days is entered: the first from its own on at which somebody sits down.

    ``happens`` (…, `MOMENTS`) tells at which moments that is; the answer is (…, 5), `MOMENTS` = after the cutoff.
    """
    slot = np.full((*happens.shape[:-1], WORKDAYS), MOMENTS, dtype=np.int8)
    following = np.full(happens.shape[:-1], MOMENTS, dtype=np.int8)
    for moment in reversed(range(MOMENTS)):
        following = np.where(happens[..., moment], np.int8(moment), following)
        if moment < WORKDAYS:
            slot[..., moment] = following
    return slot


def _hours(shape: tuple[int, int], luck: np.random.Generator) -> npt.NDArray[np.float32]:
    """The local hours of each week's moments and, last, of the late entry."""
    hour = np.empty((*shape, MOMENTS + 1), dtype=np.float32)
    hour[:, :, :WORKDAYS] = AFTERNOON[0] + AFTERNOON[1] * luck.random((*shape, WORKDAYS))
    hour[:, :, WORKDAYS] = MONDAY_MORNING[0] + MONDAY_MORNING[1] * luck.random(shape)
    hour[:, :, MOMENTS] = CAUGHT_UP[0] + CAUGHT_UP[1] * luck.random(shape)
    return hour


def none_left(kept: TimeKeeping, since: int) -> Floats:
    """The chance that none of a week's moments from number ``since`` on happens, (people, weeks)."""
    left: Floats = np.prod(1.0 - kept.sits[:, :, since:].astype(np.float64), axis=2)
    return left


def _projects_of(booked: Bookings, shape: tuple[int, int], first: int) -> tuple[Ints, Ints]:
    """The project that most of each person's week is booked on, and how many there are."""
    begins = np.maximum(booked.starts // DAYS_A_WEEK - first, 0)
    ends = np.minimum(booked.last_day // DAYS_A_WEEK - first, shape[1] - 1)
    length = np.maximum(ends - begins + 1, 0)
    order = np.argsort(booked.hours, kind="stable")
    row = np.repeat(order, length[order])
    step = np.arange(len(row)) - np.repeat(np.cumsum(length[order]) - length[order], length[order])
    person, week = booked.person[row], begins[row] + step
    main, count = np.full(shape, -1, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    main[person, week] = booked.project[row]
    np.add.at(count, (person, week), 1)
    return main, count


def _causes(
    staff: People, *, absent: Absence, work: Projects, calendar: Calendar, main: Ints, count: Ints,
    luck: np.random.Generator,
) -> dict[str, Floats]:  # fmt: skip
    """What gets in the way of sitting down, in log-odds by person and week.

    ``main`` and ``count`` (people, weeks) are the project of most of the week and how many there are.
    """
    shape = (main.shape[0], main.shape[1])
    week = calendar.first // DAYS_A_WEEK + np.arange(shape[1])
    monday = week * DAYS_A_WEEK
    standing = work.standing(np.maximum(main, 0), np.broadcast_to(week, shape))
    joined, left = staff.joined[:, None], staff.left[:, None]
    new = (joined > calendar.first) & (monday[None, :] >= joined) & (monday[None, :] < joined + NEW_WEEKS * DAYS_A_WEEK)
    leaving = (left < NEVER) & (monday[None, :] > left - LEAVING_WEEKS * DAYS_A_WEEK) & (monday[None, :] <= left)
    next_monday = np.minimum(monday + DAYS_A_WEEK, absent.free.shape[1] - 1)
    month_end = calendar.days_to_month_end[monday] < DAYS_A_WEEK
    since_tool = monday - rise_day(calendar)
    learning = (since_tool >= 0) & (since_tool < NEW_TOOL_WEEKS * DAYS_A_WEEK)
    away_next = absent.free[:, next_monday]
    abroad = (main >= 0) & (work.region[np.maximum(main, 0)] != staff.region[:, None])
    return {
        "busy_spell": SPELL * _spells(shape, luck),
        "troubled_project": np.where(main >= 0, TROUBLE[standing], 0.0),
        "travel": TRAVEL * abroad,
        "leave_next": LEAVE_NEXT * away_next,
        "new_or_leaving": NEW * new + LEAVING * leaving,
        "many_projects": MANY_PROJECTS * (count >= MANY),
        "season": np.broadcast_to(MONTH_END * month_end + NEW_TOOL * learning, shape),
    }


def _spells(shape: tuple[int, int], luck: np.random.Generator) -> Flags:
    """Who has a busy spell in which week: a Markov chain with two states, from its usual share on."""
    spell = np.zeros(shape, dtype=bool)
    on = luck.random(shape[0]) < SPELL_BEGINS / (SPELL_BEGINS + SPELL_ENDS)
    for week in range(shape[1]):
        spell[:, week] = on
        lot = luck.random(shape[0])
        on = np.where(on, lot >= SPELL_ENDS, lot < SPELL_BEGINS)
    return spell


def _there(absent: Absence, shape: tuple[int, int], first: int) -> Flags:
    """At which moments a person is at work as far as planned: nobody knows in advance who will be ill."""
    days = (first + np.arange(shape[1]))[:, None] * DAYS_A_WEEK + np.array(MOMENT_DAYS)[None, :]
    known = np.minimum(days, absent.free.shape[1] - 1)
    there: Flags = ~absent.free[:, known]
    return there
