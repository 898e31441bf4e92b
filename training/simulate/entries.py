"""Every time entry: who worked when on what, with overtime, weekends and slips of the pen."""

from dataclasses import dataclass

import numpy as np

from models.arrays import Flags, Floats, Ints
from training.simulate.absence import Absence
from training.simulate.bookings import Bookings
from training.simulate.calendar import DAYS_A_WEEK, NEVER, WORKDAYS, Calendar, add_workdays
from training.simulate.people import People
from training.simulate.portfolio import Projects
from training.simulate.time_keeping import MOMENTS, TimeKeeping

OVERTIME = np.array([1.0, 1.05, 1.13])
"""Hours on a booked day, by how the project stands."""
WEEKEND_A_WEEK = np.array([0.004, 0.015, 0.045])
MISTAKES = {"wrong_project": 0.007, "typed_twice": 0.005, "wrong_category": 0.008, "wrong_flag": 0.007}
"""Shares of entries that hold a slip, hidden but for what it does to the entry."""
CATEGORIES = ("delivery", "workshop", "travel", "documentation", "support", "internal")
CATEGORY_SHARES = (0.58, 0.12, 0.06, 0.14, 0.10)
SPLIT_DAYS = 0.60
"""Of the booked days: two kinds of work, entered in two rows."""
HALF_BUSY = 0.7
"""Of a full day: whoever is booked less also enters time inside the firm."""


@dataclass(frozen=True)
class Entries:
    """A row an entry, ordered by day. ``project`` is -1 for time inside the firm; instants in microseconds since 1970.

    ``slip`` is the number of the mistake in it, from 1 in the order of `MISTAKES`, 0 where there is none. ``day_hours``
    are those of the person's whole day; ``entered_day`` is the local day of entry.
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


def entries(
    staff: People, booked: Bookings, absent: Absence, kept: TimeKeeping, work: Projects, calendar: Calendar,
    luck: np.random.Generator,
) -> Entries:  # fmt: skip
    """All entries that were made before the history ends, in the order of their days."""
    row, day = _booked_days(booked, absent, calendar)
    person, project, share = booked.person[row], booked.project[row], booked.hours[row] / WORKDAYS
    state = work.standing(project, day // DAYS_A_WEEK)
    hours = share * OVERTIME[state] * luck.normal(1.0, 0.09, len(row))
    part = np.where(luck.random(len(row)) < SPLIT_DAYS, luck.uniform(0.2, 0.5, len(row)), 0.0)
    second = np.flatnonzero(part > 0)
    extra = np.flatnonzero((day % DAYS_A_WEEK == WORKDAYS - 1) & (luck.random(len(row)) < WEEKEND_A_WEEK[state]))
    inside_person, inside_day, inside_hours = _inside(staff, absent, person, day, share, calendar, luck)
    more = np.concatenate([second, extra])
    person = np.concatenate([person, person[more], inside_person])
    project = np.concatenate([project, project[more], np.full(len(inside_person), -1)])
    day = np.concatenate([day, day[second], day[extra] + 1, inside_day])
    state = np.concatenate([state, state[more], np.zeros(len(inside_person), dtype=np.int64)])
    weekend_hours = luck.uniform(2.0, 7.0, len(extra))
    hours = np.concatenate([hours * (1 - part), (hours * part)[second], weekend_hours, inside_hours])
    hours = np.clip(np.round(hours * 4) / 4, 0.5, 16.0)
    order = np.argsort(day, kind="stable")
    person, project, day, state, hours = (each[order] for each in (person, project, day, state, hours))
    slip = _slips(project, luck)
    was = project.copy()
    project = np.where(slip == 1, luck.integers(0, len(work), len(project)), project)
    hours = np.where(slip == 2, np.minimum(hours * 2, 20.0), hours)  # noqa: PLR2004
    category = np.where(
        project < 0, len(CATEGORIES) - 1, luck.choice(len(CATEGORY_SHARES), len(project), p=CATEGORY_SHARES)
    )
    category = np.where(slip == 3, len(CATEGORIES) - 1, category)  # noqa: PLR2004
    billable = (project >= 0) ^ (slip == 4)  # noqa: PLR2004
    entered_day, entered_hour, submitted_day = _typed_in(person, day, kept, calendar)
    made = entered_day < calendar.days
    region = staff.region[person]
    total = np.bincount(person * calendar.days + day, hours, minlength=len(staff) * calendar.days)
    submitted_hour = np.where(submitted_day > entered_day, 17.8, entered_hour + 0.05)
    all_rows = Entries(
        person=person, project=project, day=day, hours=hours, billable=billable, category=category, slip=slip,
        booked=project == was, day_hours=total[person * calendar.days + day], entered_day=entered_day,
        entered_at=calendar.local(np.minimum(entered_day, calendar.days + 30), entered_hour, region),
        submitted_at=calendar.local(np.minimum(submitted_day, calendar.days + 30), submitted_hour, region), state=state,
    )  # fmt: skip
    return Entries(**{name: values[made] for name, values in vars(all_rows).items()})


def _booked_days(booked: Bookings, absent: Absence, calendar: Calendar) -> tuple[Ints, Ints]:
    """The bookings and days of the history on which somebody worked on one."""
    begins = np.maximum(booked.starts, calendar.first)
    length = np.maximum(np.minimum(booked.last_day, calendar.days - 1) - begins + 1, 0)
    row = np.repeat(np.arange(len(booked)), length)
    day = begins[row] + np.arange(len(row)) - np.repeat(np.cumsum(length) - length, length)
    there = absent.works[booked.person[row], day]
    return row[there], day[there]


def _inside(
    staff: People,
    absent: Absence,
    person: Ints,
    day: Ints,
    share: Floats,
    calendar: Calendar,
    luck: np.random.Generator,
) -> tuple[Ints, Ints, Floats]:
    """Time inside the firm: what is left of a day that is booked for less than most of it."""
    taken = np.bincount(person * calendar.days + day, share, minlength=len(staff) * calendar.days)
    taken = taken.reshape(len(staff), calendar.days)
    full = staff.weekly_hours[:, None] / WORKDAYS
    idle = absent.works[:, : calendar.days] & (taken < HALF_BUSY * full)
    idle[:, : calendar.first] = False
    who, when = np.nonzero(idle)
    left = full[who, 0] - taken[who, when]
    return who, when, left * luck.normal(1.0, 0.06, len(who))


def _slips(project: Ints, luck: np.random.Generator) -> Ints:
    """Which entries hold a mistake: at most one; time inside the firm is seldom wrong."""
    bounds = np.cumsum(list(MISTAKES.values()))
    lot = luck.random(len(project)) * np.where(project < 0, 4.0, 1.0)
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
    friday = monday - DAYS_A_WEEK + WORKDAYS - 1
    return (
        entered,
        kept.hour[person, week, slot].astype(np.float64),
        np.where(entered < NEVER, np.maximum(entered, friday), NEVER),
    )
