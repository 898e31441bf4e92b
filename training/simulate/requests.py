"""What projects ask for: one request a position, more where a role's pool is crowded, one for each who leaves early."""

from dataclasses import dataclass, fields, replace

import numpy as np

from models.arrays import Flags, Floats, Ints
from training.simulate.calendar import DAYS_A_WEEK, Calendar, next_workday
from training.simulate.chance import picks
from training.simulate.people import rise_day
from training.simulate.portfolio import Projects
from training.simulate.world import (
    BILL_RATE,
    FIRST_ROLE,
    GRADE_SHARES,
    JOB_ROLES,
    NEW_PRACTICE,
    PRACTICE_OF_ROLE,
    PRACTICES,
    RATES_RISE,
    REGIONS,
    roles_of,
)

NOTICE_DAYS, NOTICE_SHAPE = (4, 24.0, 75), 2.0
"""Days from opening to the date (fewest, mean, most), and the shape of their gamma law."""
LATEST_OPENING = 3
"""Days before its date on which a request is opened at the latest."""
STARTS_LATER, LATER_DAYS = 0.35, (7, 70)
"""The share of positions that begin after their project, and by how many days (at least, less than)."""
SHORTEST_SLOT, SHORTEST_REPLACEMENT = 21, 14
"""Days for which somebody is asked for, at least; for the rest of somebody else's slot."""
WHOLE_PROJECT, PART_OF_PROJECT = 0.6, (0.3, 1.0)
"""The share of positions that last to the project's end; for which part of what is left the others last."""
REPLACED_AFTER = (3, 15)
"""Days after somebody left for which the next one is asked for: at least, less than."""
AHEAD_DAYS = 60
"""Requests for dates up to that many days after the history are made as well."""
SKILL_WANTED = 0.72
"""Each skill of a practice is wanted this often beside the one before it: demand falls slower than supply."""
EXTRA = 0.30
"""Wishes beyond the planned positions, most of which become requests while the role's pool is crowded:"""
EXTRA_WANTED = (0.25, 0.25)
"""the share that does while it is not, and what each level adds to it."""
FOREIGN_ROLE = 0.15
"""The share of positions that ask for a role of another practice."""
SECOND_SKILL, PROJECT_REGION, REMOTE = 0.35, 0.6, 0.45
"""Shares of requests with a second skill, in the region of their project, and that can be done from anywhere."""
TOP_GRADE = 4
"""Nobody asks for a partner."""
WEEKLY_HOURS, WEEKLY_HOURS_SHARES = (40.0, 32.0, 20.0, 16.0), (0.66, 0.12, 0.14, 0.08)
HEADCOUNTS, HEADCOUNT_SHARES = (1, 2, 3), (0.91, 0.07, 0.02)
PRIORITY_SHARES = (0.25, 0.55, 0.20)
RATE_SPREAD, RATE_WITHIN = 0.08, (0.75, 1.3)
"""How far rates are negotiated away from the list's, as a factor."""
AWKWARD = 0.32
"""Spread of the log of a request's hazard for which there is no reason that anybody writes down."""
PRICES = {"GB": 1.0, "DE": 0.96, "US": 1.12, "IN": 0.62, "PL": 0.72, "AU": 1.05}
"""Factors of the bill rates, by the region in which the work is done."""


@dataclass(frozen=True)
class Requests:
    """A row a request; days are those of the calendar. ``skill`` and ``second_skill`` (-1 = none) count the skills of
    the role's practice. ``rate_ratio`` is the rate over the list's. Hidden: ``awkward`` wishes that nobody writes down.
    """

    project: Ints
    role: Ints
    grade: Ints
    region: Ints
    remote: Flags
    skill: Ints
    second_skill: Ints
    hours: Floats
    headcount: Ints
    rate_ratio: Floats
    priority: Ints
    opened: Ints
    needed_by: Ints
    ends: Ints
    awkward: Floats

    def __len__(self) -> int:
        return len(self.project)

    def names(self) -> list[str]:
        return [f"R{number:06}" for number in range(1, len(self) + 1)]

    def joined(self, more: "Requests") -> "Requests":
        """These and then those."""
        return Requests(
            *(np.concatenate([getattr(self, each.name), getattr(more, each.name)]) for each in fields(self))
        )


def planned(work: Projects, levels: Ints, calendar: Calendar, luck: np.random.Generator) -> Requests:
    """One request for each position of each project, and what comes on top."""
    project = np.repeat(np.arange(len(work)), work.positions)
    later = luck.random(len(project)) < STARTS_LATER
    late_start = np.where(later, luck.integers(*LATER_DAYS, len(project)), 0)
    needed = work.starts[project] + late_start
    project, needed = _on_top(project, needed, work, levels, luck)
    inside = (needed < work.planned_end[project] - SHORTEST_SLOT) & (needed < calendar.days + AHEAD_DAYS)
    project, needed = project[inside], needed[inside]
    whole = luck.random(len(project)) < WHOLE_PROJECT
    length = work.planned_end[project] - needed
    part = (length * luck.uniform(*PART_OF_PROJECT, len(project))).astype(np.int64)
    ends = needed + np.where(whole, length, np.maximum(SHORTEST_SLOT, part))
    role = _roles(work.practice[project], luck)
    return _described(project, needed, ends, role, work, luck=luck)


def replacements(
    project: Ints, *, released: Ints, ends: Ints, role: Ints, grade: Ints, work: Projects, luck: np.random.Generator
) -> Requests:
    """A request for each who left a project early, opened in the days around it."""
    needed = next_workday(released + luck.integers(*REPLACED_AFTER, len(released)))
    asked = _described(project, needed, np.maximum(ends, needed + SHORTEST_REPLACEMENT), role, work, luck=luck)
    return replace(asked, grade=grade)


def bill_rates(asked: Requests, calendar: Calendar) -> Floats:
    """The rate of each request in pounds: by grade and place, higher from `DRIFT_MONTH` on, and as negotiated."""
    place = np.array([PRICES[region.code] for region in REGIONS])[asked.region]
    rise = np.where(asked.opened >= rise_day(calendar), 1 + RATES_RISE, 1.0)
    rates: Floats = np.array(BILL_RATE)[asked.grade] * place * rise * asked.rate_ratio
    return rates


def _on_top(project: Ints, needed: Ints, work: Projects, levels: Ints, luck: np.random.Generator) -> tuple[Ints, Ints]:
    """Positions that nobody had planned: the pools in demand are those in which more is asked for."""
    extra = luck.choice(len(work), int(EXTRA * len(project)))
    span = np.maximum(work.planned_end[extra] - work.starts[extra], 1)
    day = work.starts[extra] + (luck.random(len(extra)) * span).astype(np.int64)
    week = np.clip(day // DAYS_A_WEEK, 0, levels.shape[1] - 1)
    level = levels[np.array(FIRST_ROLE)[work.practice[extra]], week]
    calm, crowded = EXTRA_WANTED
    wanted = luck.random(len(extra)) < calm + crowded * level
    return np.concatenate([project, extra[wanted]]), np.concatenate([needed, next_workday(day[wanted])])


def _described(
    project: Ints, needed: Ints, ends: Ints, role: Ints, work: Projects, *, luck: np.random.Generator
) -> Requests:
    """Requests for these roles and dates, with all else drawn."""
    size = len(project)
    fewest, mean, most = NOTICE_DAYS
    notice = np.clip(luck.gamma(NOTICE_SHAPE, mean / NOTICE_SHAPE, size), fewest, most).astype(np.int64)
    opened = next_workday(needed - notice)
    opened = np.where(opened >= needed, needed - LATEST_OPENING, opened)
    skills = np.array([len(PRACTICES[PRACTICE_OF_ROLE[each]].skills) for each in range(len(JOB_ROLES))])[role]
    skill = _skills(skills, luck)
    second = np.where(luck.random(size) < SECOND_SKILL, _skills(skills, luck), -1)
    return Requests(
        project=project,
        role=role,
        grade=np.minimum(luck.choice(len(BILL_RATE), size, p=np.array(GRADE_SHARES)), TOP_GRADE),
        region=np.where(luck.random(size) < PROJECT_REGION, work.region[project], _regions(size, luck)),
        remote=luck.random(size) < REMOTE,
        skill=skill,
        second_skill=np.where(second == skill, -1, second),
        hours=luck.choice(WEEKLY_HOURS, size, p=WEEKLY_HOURS_SHARES),
        headcount=luck.choice(HEADCOUNTS, size, p=HEADCOUNT_SHARES),
        rate_ratio=np.clip(luck.normal(1.0, RATE_SPREAD, size), *RATE_WITHIN),
        priority=luck.choice(len(PRIORITY_SHARES), size, p=PRIORITY_SHARES),
        opened=opened,
        needed_by=needed,
        ends=ends,
        awkward=luck.normal(0.0, AWKWARD, size),
    )


def _roles(practice: Ints, luck: np.random.Generator) -> Ints:
    """The role of each position: of its project's practice, now and then of another."""
    foreign = luck.random(len(practice)) < FOREIGN_ROLE
    return roles_of(np.where(foreign, luck.integers(0, NEW_PRACTICE, len(practice)), practice), luck)


def _skills(known: Ints, luck: np.random.Generator) -> Ints:
    """The skill that each wants, of as many as its practice has (``known``)."""
    number = np.arange(known.max())[None, :]
    return picks(luck, SKILL_WANTED**number * (number < known[:, None]))


def _regions(size: int, luck: np.random.Generator) -> Ints:
    return luck.choice(len(REGIONS), size, p=np.array([place.share for place in REGIONS]))
