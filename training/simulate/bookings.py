"""Who takes the positions that were filled: the best fit of the role, else of its practice, else a contractor.

A booking ends with its slot, with its person, or early: strained projects lose people. Ends that move with the project
leave revisions behind.
"""

from dataclasses import dataclass, fields, replace

import numpy as np

from models.arrays import Floats, Ints
from training.simulate.calendar import DAYS_A_WEEK, FRIDAY, NEVER, Calendar, next_workday
from training.simulate.people import CARE, FULL_WEEK, HABITS, People
from training.simulate.portfolio import Projects
from training.simulate.requests import Requests
from training.simulate.world import JOB_ROLES, PRACTICE_OF_ROLE

RELEASED_A_WEEK = np.array([0.004, 0.012, 0.030])
"""Chance a week that somebody is taken off a project, by how it stands."""
MOST_BOOKED = 1.15
"""Of a person's week, over which nobody is booked."""
LEAST_STAY = 14
"""Days for which somebody must still be there to be booked."""
WHOLE_WEEK = 0.9
"""Of a full week: as much as a full-time slot needs to be free at most."""
CONTRACTOR_DAYS = 28
"""Days for which a contractor is taken on, at least."""
FIT_BOOKED, FIT_GRADE, FIT_REGION, FIT_SKILL, FIT_LUCK = -1.2, -0.25, 0.4, 0.5, 0.3
"""Who is booked: points for each week booked, each grade away, the same region, the skill, and (up to) for luck."""
SETTLED_WEEKS, LAST_WEEKS = 3, 2
"""Weeks at the start and at the end of a booking in which nobody is taken off."""
CONTRACTOR_HABITS = (0.25, 0.2, 0.35, 0.12, 0.08)
"""Shares of `people.HABITS` among contractors who are taken on."""
CONTRACTOR_SKILLS, CONTRACTOR_GRADE = 2, 1
"""A contractor has the commonest skills of the practice, and at least this grade."""

Hired = tuple[int, int, int, int, int]
"""Role, grade, region, first and last day of a contractor."""


@dataclass(frozen=True)
class Bookings:
    """A row an assignment. ``ends`` is the slot's end as it was at last, ``planned`` as it was booked; ``released`` is
    the day of an early end. Requests for several people have several rows."""

    request: Ints
    project: Ints
    person: Ints
    hours: Floats
    booked: Ints
    starts: Ints
    planned: Ints
    ends: Ints
    released: Ints

    def __len__(self) -> int:
        return len(self.request)

    @property
    def last_day(self) -> Ints:
        """The last day on which each person really was on the project."""
        return np.minimum(self.ends, self.released)

    def names(self) -> list[str]:
        return [f"A{number:06}" for number in range(1, len(self) + 1)]

    def joined(self, more: "Bookings") -> "Bookings":
        """These and then those."""
        return Bookings(
            *(np.concatenate([getattr(self, each.name), getattr(more, each.name)]) for each in fields(self))
        )


class Bench:
    """The people, and how much of each week they are booked; contractors are taken on as they are needed."""

    def __init__(self, staff: People, calendar: Calendar, luck: np.random.Generator) -> None:
        self.staff, self.calendar, self.luck = staff, calendar, luck
        self.capacity = staff.weekly_hours / FULL_WEEK
        self.load = np.zeros((len(staff), calendar.weeks + 80), dtype=np.float32)
        practice = np.array(PRACTICE_OF_ROLE)
        roles = range(len(JOB_ROLES))
        self.holders = [
            [np.flatnonzero(staff.role == role), np.flatnonzero(staff.practice == practice[role])] for role in roles
        ]
        self.contractors: list[Hired] = []

    def book(self, asked: Requests, filled: Ints, ends: Ints) -> Bookings:
        """Somebody for each filled request, in the order in which they were filled.

        ``filled`` and ``ends`` are the days by request on which it was filled and on which its slot came to end.
        """
        order = np.argsort(np.where(filled < NEVER, filled, NEVER), kind="stable")
        order = order[filled[order] < self.calendar.days]
        rows = np.repeat(order, asked.headcount[order])
        starts = next_workday(np.maximum(asked.needed_by, filled + 1))
        share = asked.hours / FULL_WEEK
        people = np.array(
            [self._who(asked, row, int(starts[row]), int(ends[row]), float(share[row])) for row in rows.tolist()],
            dtype=np.int64,
        )
        return Bookings(
            request=rows, project=asked.project[rows], person=people, hours=asked.hours[rows], booked=filled[rows],
            starts=starts[rows], planned=asked.ends[rows], ends=ends[rows], released=np.full(len(rows), NEVER),
        )  # fmt: skip

    def _who(self, asked: Requests, row: int, starts: int, ends: int, share: float) -> int:
        """The number of the person for a slot that takes ``share`` of a full week."""
        first = min(max(0, starts // DAYS_A_WEEK), self.load.shape[1] - 1)
        last = min(max(first + 1, ends // DAYS_A_WEEK + 1), self.load.shape[1])
        for crowd in self.holders[int(asked.role[row])]:
            booked = self.load[crowd, first:last].max(axis=1)
            there = (self.staff.joined[crowd] <= starts) & (self.staff.left[crowd] >= starts + LEAST_STAY)
            room = there & (booked + min(share, WHOLE_WEEK) <= MOST_BOOKED * self.capacity[crowd])
            if room.any():
                chosen = int(crowd[np.argmax(np.where(room, self._fit(asked, row, crowd, booked), -np.inf))])
                self.load[chosen, first:last] += share
                return chosen
        return self._contractor(asked, row, starts, ends)

    def _fit(self, asked: Requests, row: int, crowd: Ints, booked: Floats) -> Floats:
        """How well each of the crowd fits: free, of the grade, near, with the skill; and some luck."""
        staff = self.staff
        fit = FIT_BOOKED * booked + FIT_GRADE * np.abs(staff.grade[crowd] - int(asked.grade[row]))
        near, skilled = staff.region[crowd] == asked.region[row], staff.skills[crowd, int(asked.skill[row])]
        fit += FIT_REGION * near + FIT_SKILL * skilled
        likely: Floats = fit + FIT_LUCK * (self.luck.random(len(crowd)) - 0.5)
        return likely

    def _contractor(self, asked: Requests, row: int, starts: int, ends: int) -> int:
        """The number that a new contractor will have, after all the staff."""
        grade = max(CONTRACTOR_GRADE, int(asked.grade[row]))
        left = max(ends + 1, starts + CONTRACTOR_DAYS)
        self.contractors.append((int(asked.role[row]), grade, int(asked.region[row]), starts, left))
        return len(self.staff) + len(self.contractors) - 1


def released_early(bookings: Bookings, work: Projects, calendar: Calendar, luck: np.random.Generator) -> Ints:
    """The days on which people are taken off before their slot ends, `NEVER` for the others."""
    released = np.full(len(bookings), NEVER)
    first, last = bookings.starts // DAYS_A_WEEK, np.minimum(bookings.ends, calendar.days) // DAYS_A_WEEK
    for week in range(max(0, int(first.min())) + SETTLED_WEEKS, calendar.weeks):
        on = np.flatnonzero((first + SETTLED_WEEKS <= week) & (last - LAST_WEEKS > week) & (released == NEVER))
        state = work.standing(bookings.project[on], np.full(len(on), week))
        leaves = luck.random(len(on)) < RELEASED_A_WEEK[state]
        released[on[leaves]] = week * DAYS_A_WEEK + FRIDAY
    return released


def with_leavers(bookings: Bookings, staff: People) -> Bookings:
    """Nobody stays on a project after leaving the firm."""
    left = staff.left[bookings.person]
    return replace(bookings, released=np.where(left < bookings.last_day, left, bookings.released))


def with_contractors(staff: People, hired: list[Hired], luck: np.random.Generator) -> People:
    """The people, and behind them the contractors who were taken on for one slot each."""
    if not hired:
        return staff
    role, grade, region, joined, left = (np.array(column) for column in zip(*hired, strict=True))
    size = len(hired)
    skills = np.zeros((size, staff.skills.shape[1]), dtype=bool)
    skills[:, :CONTRACTOR_SKILLS] = True
    return People(
        role=np.concatenate([staff.role, role]),
        grade=np.concatenate([staff.grade, grade]),
        region=np.concatenate([staff.region, region]),
        skills=np.concatenate([staff.skills, skills]),
        weekly_hours=np.concatenate([staff.weekly_hours, np.full(size, FULL_WEEK)]),
        contractor=np.concatenate([staff.contractor, np.ones(size, dtype=bool)]),
        joined=np.concatenate([staff.joined, joined]),
        left=np.concatenate([staff.left, left]),
        habit=np.concatenate([staff.habit, luck.choice(len(HABITS), size, p=CONTRACTOR_HABITS)]),
        care=np.concatenate([staff.care, luck.normal(*CARE, size)]),
    )
