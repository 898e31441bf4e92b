"""Every time entry: who worked when on what, with overtime, weekends and slips of the pen."""

from dataclasses import dataclass

import numpy as np

from models.arrays import Flags, Floats, Ints
from training.simulate.absence import Absence
from training.simulate.bookings import Bookings
from training.simulate.calendar import DAYS_A_WEEK, FRIDAY, NEVER, WORKDAYS, Calendar, add_workdays
from training.simulate.people import People
from training.simulate.portfolio import Projects
from training.simulate.time_keeping import MOMENTS, TimeKeeping

OVERTIME = np.array([1.0, 1.05, 1.13])
"""Factor of the hours on a booked day, by how the project stands."""
WEEKEND_A_WEEK = np.array([0.004, 0.015, 0.045])
"""Chance that somebody who is booked on a Friday works on the Saturday, by how the project stands."""
MISTAKES = {"wrong_project": 0.007, "typed_twice": 0.005, "wrong_category": 0.008, "wrong_flag": 0.007}
"""Shares of entries that hold a slip, hidden but for what it does to the entry."""
WRONG_PROJECT, TYPED_TWICE, WRONG_CATEGORY, WRONG_FLAG = range(1, len(MISTAKES) + 1)
CATEGORIES = ("delivery", "workshop", "travel", "documentation", "support", "internal")
CATEGORY_SHARES = (0.58, 0.12, 0.06, 0.14, 0.10)
"""Of what is done on projects; time inside the firm is "internal"."""
INTERNAL = CATEGORIES.index("internal")
HOURS_SPREAD, INSIDE_SPREAD = 0.09, 0.06
"""Standard deviations of a day's hours on a project and inside the firm, as shares of what is planned."""
SPLIT_DAYS, SPLIT_WITHIN = 0.60, (0.2, 0.5)
"""Of the booked days: two kinds of work, entered in two rows; the share of the day that goes to the second."""
WEEKEND_HOURS = (2.0, 7.0)
QUARTERS, SHORTEST, LONGEST, LONGEST_TWICE = 4, 0.5, 16.0, 20.0
"""Hours are entered in quarters; the bounds of an entry, and of one that was typed twice."""
HALF_BUSY = 0.7
"""Of a full day: whoever is booked less also enters time inside the firm."""
INSIDE_CARE = 4.0
"""How many times less often time inside the firm holds a slip."""
HANDED_IN_HOUR, HANDED_IN_AFTER = 17.8, 0.05
"""Local hour of Friday at which weeks are handed in that are complete by then; hours from the last entry of others."""
DAYS_BEYOND = 30
"""Days after the history for which the clocks are known: later entries are made there, and never told."""


@dataclass(frozen=True)
class Entries:
    """A row an entry, ordered by day. ``project`` is -1 for time inside the firm; instants in microseconds since 1970.

    ``slip`` is the number of the mistake in it, from 1 in the order of `MISTAKES`, 0 where there is none. ``day_hours``
    are those of the person's whole day; ``entered_day`` is the local day of entry; ``booked`` tells whether the project
    is one that the person was booked on; ``state`` is how the project stood.
    """

    person: Ints
    project: Ints
    day: Ints
    hours: Floats
    billable: Flags
    category: Ints
    slip: Ints
    booked: Flags
    day_hours: Floats
    entered_day: Ints
    entered_at: Ints
    submitted_at: Ints
    state: Ints

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True)
class _Worked:
    """A row a piece of work, ordered by day: what an entry should say. ``project`` is -1 inside the firm."""

    person: Ints
    project: Ints
    day: Ints
    state: Ints
    hours: Floats


def entries(
    staff: People, *, booked: Bookings, absent: Absence, kept: TimeKeeping, work: Projects, calendar: Calendar,
    luck: np.random.Generator,
) -> Entries:  # fmt: skip
    """All entries that were made before the history ends, in the order of their days."""
    done = _worked(staff, booked=booked, absent=absent, work=work, calendar=calendar, luck=luck)
    person, day = done.person, done.day
    slip = _slips(done.project, luck)
    project = np.where(slip == WRONG_PROJECT, luck.integers(0, len(work), len(day)), done.project)
    hours = np.where(slip == TYPED_TWICE, np.minimum(done.hours * 2, LONGEST_TWICE), done.hours)
    on_projects = luck.choice(len(CATEGORY_SHARES), len(day), p=CATEGORY_SHARES)
    category = np.where((project < 0) | (slip == WRONG_CATEGORY), INTERNAL, on_projects)
    entered_day, entered_hour, submitted_day = _typed_in(person, day, kept, calendar)
    made = entered_day < calendar.days
    region, latest = staff.region[person], calendar.days + DAYS_BEYOND
    total = np.bincount(person * calendar.days + day, hours, minlength=len(staff) * calendar.days)
    submitted_hour = np.where(submitted_day > entered_day, HANDED_IN_HOUR, entered_hour + HANDED_IN_AFTER)
    all_rows = Entries(
        person=person, project=project, day=day, hours=hours, billable=(project >= 0) ^ (slip == WRONG_FLAG),
        category=category, slip=slip, booked=project == done.project,
        day_hours=total[person * calendar.days + day], entered_day=entered_day,
        entered_at=calendar.local(np.minimum(entered_day, latest), entered_hour, region),
        submitted_at=calendar.local(np.minimum(submitted_day, latest), submitted_hour, region), state=done.state,
    )  # fmt: skip
    return Entries(**{name: values[made] for name, values in vars(all_rows).items()})


def _worked(
    staff: People, *, booked: Bookings, absent: Absence, work: Projects, calendar: Calendar, luck: np.random.Generator
) -> _Worked:
    """What everybody worked on each day: on projects, on some weekends, and inside the firm."""
    row, day = _booked_days(booked, absent, calendar)
    person, project, share = booked.person[row], booked.project[row], booked.hours[row] / WORKDAYS
    state = work.standing(project, day // DAYS_A_WEEK)
    hours = share * OVERTIME[state] * luck.normal(1.0, HOURS_SPREAD, len(row))
    part = np.where(luck.random(len(row)) < SPLIT_DAYS, luck.uniform(*SPLIT_WITHIN, len(row)), 0.0)
    second = np.flatnonzero(part > 0)
    extra = np.flatnonzero((day % DAYS_A_WEEK == FRIDAY) & (luck.random(len(row)) < WEEKEND_A_WEEK[state]))
    taken = np.bincount(person * calendar.days + day, share, minlength=len(staff) * calendar.days)
    inside_person, inside_day, inside_hours = _inside(staff, absent, taken.astype(np.float64), calendar, luck)
    more = np.concatenate([second, extra])
    weekend_hours = luck.uniform(*WEEKEND_HOURS, len(extra))
    hours = np.concatenate([hours * (1 - part), (hours * part)[second], weekend_hours, inside_hours])
    all_days = np.concatenate([day, day[second], day[extra] + 1, inside_day])
    order = np.argsort(all_days, kind="stable")
    return _Worked(
        person=np.concatenate([person, person[more], inside_person])[order],
        project=np.concatenate([project, project[more], np.full(len(inside_person), -1)])[order],
        day=all_days[order],
        state=np.concatenate([state, state[more], np.zeros(len(inside_person), dtype=np.int64)])[order],
        hours=np.clip(np.round(hours * QUARTERS) / QUARTERS, SHORTEST, LONGEST)[order],
    )


def _booked_days(booked: Bookings, absent: Absence, calendar: Calendar) -> tuple[Ints, Ints]:
    """The bookings and days of the history on which somebody worked on one."""
    begins = np.maximum(booked.starts, calendar.first)
    length = np.maximum(np.minimum(booked.last_day, calendar.days - 1) - begins + 1, 0)
    row = np.repeat(np.arange(len(booked)), length)
    day = begins[row] + np.arange(len(row)) - np.repeat(np.cumsum(length) - length, length)
    there = absent.works[booked.person[row], day]
    return row[there], day[there]


def _inside(
    staff: People, absent: Absence, taken: Floats, calendar: Calendar, luck: np.random.Generator
) -> tuple[Ints, Ints, Floats]:
    """Time inside the firm: person, day and hours of what is left where a day is booked for less than most of it.

    ``taken`` are the booked hours, by person and then day, flat.
    """
    taken = taken.reshape(len(staff), calendar.days)
    full = staff.weekly_hours[:, None] / WORKDAYS
    idle = absent.works[:, : calendar.days] & (taken < HALF_BUSY * full)
    idle[:, : calendar.first] = False
    who, when = np.nonzero(idle)
    left = full[who, 0] - taken[who, when]
    return who, when, left * luck.normal(1.0, INSIDE_SPREAD, len(who))


def _slips(project: Ints, luck: np.random.Generator) -> Ints:
    """Which entries hold a mistake: at most one; time inside the firm is seldom wrong."""
    bounds = np.cumsum(list(MISTAKES.values()))
    lot = luck.random(len(project)) * np.where(project < 0, INSIDE_CARE, 1.0)
    slip = np.searchsorted(bounds, lot, side="right") + 1
    return np.where(slip > len(MISTAKES), 0, slip)


def _typed_in(person: Ints, day: Ints, kept: TimeKeeping, calendar: Calendar) -> tuple[Ints, Floats, Ints]:
    """The local day and hour at which each entry was made (day `NEVER` where it was not), and the day of submission.

    A weekend's time is entered with Monday's or, by who does it on Fridays, with the week after. A week is handed in
    when its last entry is made, and not before Friday.
    """
    week = day // DAYS_A_WEEK - calendar.first // DAYS_A_WEEK
    weekday = np.minimum(day % DAYS_A_WEEK, WORKDAYS - 1)
    slot = kept.slot[person, week, weekday].astype(np.int64)
    late = kept.late[person, week]
    monday = (week + calendar.first // DAYS_A_WEEK + 1) * DAYS_A_WEEK
    weekend = day % DAYS_A_WEEK >= WORKDAYS
    slot = np.where(weekend & (slot < WORKDAYS), WORKDAYS, slot)
    in_week = np.where(slot < WORKDAYS, monday - DAYS_A_WEEK + slot, monday)
    after = np.where(late < NEVER, add_workdays(monday, np.where(late < NEVER, late, 0)), NEVER)
    entered = np.where(slot < MOMENTS, in_week, after)
    friday = monday - DAYS_A_WEEK + FRIDAY
    handed_in = np.where(entered < NEVER, np.maximum(entered, friday), NEVER)
    return entered, kept.hour[person, week, slot].astype(np.float64), handed_in
