"""What projects ask for: one request a position, more where a role's pool is crowded, and one for each who leaves early."""

from dataclasses import dataclass, fields, replace

import numpy as np

from models.arrays import Flags, Floats, Ints
from training.simulate.calendar import DAYS_A_WEEK, Calendar, add_workdays, next_workday
from training.simulate.people import rise_day
from training.simulate.portfolio import Projects
from training.simulate.world import BILL_RATE, GRADE_SHARES, JOB_ROLES, PRACTICE_OF_ROLE, PRACTICES, RATES_RISE, REGIONS

NOTICE_DAYS = (4, 24.0, 75)
"""Days from opening to the date: fewest, mean, most."""
SKILL_WANTED = 0.72
"""Each skill of a practice is wanted this often beside the one before it: demand falls slower than supply."""
EXTRA = 0.30
"""Requests beyond the planned positions, most of them while the role's pool is crowded."""
FOREIGN_ROLE = 0.15
PRICES = {"GB": 1.0, "DE": 0.96, "US": 1.12, "IN": 0.62, "PL": 0.72, "AU": 1.05}


@dataclass(frozen=True)
class Requests:
    """A row a request; days are those of the calendar. ``awkward`` is hidden: wishes that nobody writes down."""

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
    late_start = np.where(luck.random(len(project)) < 0.35, luck.integers(7, 70, len(project)), 0)
    needed = work.starts[project] + late_start
    project, needed = _on_top(project, needed, work, levels, luck)
    inside = (needed < work.planned_end[project] - 21) & (needed < calendar.days + 60)
    project, needed = project[inside], needed[inside]
    whole = luck.random(len(project)) < 0.6
    length = work.planned_end[project] - needed
    ends = needed + np.where(
        whole, length, np.maximum(21, (length * luck.uniform(0.3, 1.0, len(project))).astype(np.int64))
    )
    role = _roles(work.practice[project], luck)
    return _described(project, needed, ends, role, work, calendar, luck)


def replacements(
    project: Ints,
    released: Ints,
    ends: Ints,
    role: Ints,
    grade: Ints,
    work: Projects,
    calendar: Calendar,
    luck: np.random.Generator,
) -> Requests:
    """A request for each who left a project early, opened in the days around it."""
    needed = next_workday(released + luck.integers(3, 15, len(released)))
    asked = _described(project, needed, np.maximum(ends, needed + 14), role, work, calendar, luck)
    return replace(asked, grade=grade)


def bill_rates(asked: Requests, calendar: Calendar) -> Floats:
    """The rate of each request in pounds: by grade and place, higher from month 12 on, and as negotiated."""
    place = np.array([PRICES[region.code] for region in REGIONS])[asked.region]
    rise = np.where(asked.opened >= rise_day(calendar), 1 + RATES_RISE, 1.0)
    rates: Floats = np.array(BILL_RATE)[asked.grade] * place * rise * asked.rate_ratio
    return rates


def _on_top(project: Ints, needed: Ints, work: Projects, levels: Ints, luck: np.random.Generator) -> tuple[Ints, Ints]:
    """Positions that nobody had planned: the pools in demand are those in which more is asked for."""
    extra = luck.choice(len(work), int(EXTRA * len(project)))
    span = np.maximum(work.planned_end[extra] - work.starts[extra], 1)
    day = work.starts[extra] + (luck.random(len(extra)) * span).astype(np.int64)
    roles = np.array(
        [[role for role, of in enumerate(PRACTICE_OF_ROLE) if of == practice][0] for practice in range(len(PRACTICES))]
    )
    week = np.clip(day // DAYS_A_WEEK, 0, levels.shape[1] - 1)
    wanted = luck.random(len(extra)) < 0.25 + 0.25 * levels[roles[work.practice[extra]], week]
    return np.concatenate([project, extra[wanted]]), np.concatenate([needed, next_workday(day[wanted])])


def _described(
    project: Ints, needed: Ints, ends: Ints, role: Ints, work: Projects, calendar: Calendar, luck: np.random.Generator
) -> Requests:
    size = len(project)
    notice = np.clip(luck.gamma(2.0, NOTICE_DAYS[1] / 2.0, size), NOTICE_DAYS[0], NOTICE_DAYS[2]).astype(np.int64)
    opened = next_workday(needed - notice)
    opened = np.where(opened >= needed, needed - 3, opened)
    skills = np.array([len(PRACTICES[PRACTICE_OF_ROLE[each]].skills) for each in range(len(JOB_ROLES))])[role]
    skill = _skills(skills, luck)
    second = np.where(luck.random(size) < 0.35, _skills(skills, luck), -1)
    return Requests(
        project=project,
        role=role,
        grade=np.minimum(luck.choice(len(BILL_RATE), size, p=np.array(GRADE_SHARES)), 4),
        region=np.where(luck.random(size) < 0.6, work.region[project], _regions(size, luck)),
        remote=luck.random(size) < 0.45,
        skill=skill,
        second_skill=np.where(second == skill, -1, second),
        hours=luck.choice([40.0, 32.0, 20.0, 16.0], size, p=[0.66, 0.12, 0.14, 0.08]),
        headcount=luck.choice([1, 2, 3], size, p=[0.91, 0.07, 0.02]),
        rate_ratio=np.clip(luck.normal(1.0, 0.08, size), 0.75, 1.3),
        priority=luck.choice(3, size, p=[0.25, 0.55, 0.20]),
        opened=opened,
        needed_by=needed,
        ends=ends,
        awkward=luck.normal(0.0, 0.32, size),
    )


def _roles(practice: Ints, luck: np.random.Generator) -> Ints:
    foreign = luck.random(len(practice)) < FOREIGN_ROLE
    practice = np.where(foreign, luck.integers(0, len(PRACTICES) - 1, len(practice)), practice)
    first = np.array([PRACTICE_OF_ROLE.index(number) for number in range(len(PRACTICES))])
    count = np.array([len(each.job_roles) for each in PRACTICES])
    lot = (luck.random(len(practice)) * (count[practice] + 1)).astype(np.int64)
    roles: Ints = first[practice] + np.maximum(lot - 1, 0)
    return roles


def _skills(known: Ints, luck: np.random.Generator) -> Ints:
    weight = SKILL_WANTED ** np.arange(known.max())[None, :] * (np.arange(known.max())[None, :] < known[:, None])
    cumulated = np.cumsum(weight, axis=1)
    drawn: Ints = (luck.random(len(known))[:, None] * cumulated[:, -1:] > cumulated).sum(axis=1)
    return drawn


def _regions(size: int, luck: np.random.Generator) -> Ints:
    return luck.choice(len(REGIONS), size, p=np.array([place.share for place in REGIONS]))


def first_workday_after(days: Ints) -> Ints:
    return add_workdays(days, np.ones(len(days), dtype=np.int64))
