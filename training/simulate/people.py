"""The people of the firm: what they are, when they come and go, and (hidden) how they keep their time."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from models.arrays import Flags, Floats, Ints
from training.simulate.calendar import DAYS_A_WEEK, DAYS_A_YEAR, FRIDAY, NEVER, Calendar
from training.simulate.chance import Chance
from training.simulate.world import (
    COST_RATE,
    COSTS_RISE,
    DRIFT_MONTH,
    GRADE_SHARES,
    GRADES,
    JOB_ROLES,
    NEW_PRACTICE,
    PRACTICE_OF_ROLE,
    PRACTICES,
    REGIONS,
    roles_of,
)

ATTRITION_A_YEAR = 0.14
SHORTEST_STAY_DAYS = 45
"""Nobody leaves sooner after the simulation's or their own beginning."""
GROWTH_A_YEAR = 0.04
SERVED = (1.6, 900.0)
"""Shape and scale (days) of how long those have been there who are there on day 0: four years on average."""
OPENING_DAYS = 60.0
"""Mean days after its opening in which the people of the new practice join."""
CONTRACTORS = 0.07
CONTRACTOR_GRADES = (1, 4)
CONTRACTOR_PREMIUM = 1.35
PART_TIME = 0.09
PART_TIME_HOURS = (20.0, 24.0, 32.0)
FULL_WEEK = 40.0
FIRST_SKILL, SKILL_POPULARITY = 0.78, 0.62
"""The share who hold a practice's commonest skill, and what is left of it with each next one."""
SKILLS_WITH_GRADE = (0.7, 0.14)
"""Factor of that share in the lowest grade, and what each grade adds to it."""
MOST_LIKELY_SKILL = 0.95
RISE_HOUR = 8.0
"""UTC hour at which a new cost rate counts."""
UNKNOWN_GRADE, UNKNOWN_SKILLS, UNKNOWN_COST = 0.03, 0.05, 0.04
"""Shares of people of whom the records do not tell it."""

HABITS = ("daily", "every few days", "friday", "monday", "when chased")
HABIT_SHARES = (0.34, 0.17, 0.30, 0.12, 0.07)
CARE = (0.5, 0.6)
"""Mean and spread of the log-odds by which somebody enters time more readily than the habit says."""


@dataclass(frozen=True)
class People:
    """A row a person. ``joined`` and ``left`` are days (`NEVER` = still there); ``skills`` is (people, skills), by the
    order of the person's practice; ``weekly_hours`` are those of the contract.

    Hidden: ``habit`` (number in `HABITS`) and ``care`` (log-odds, see `CARE`).
    """

    role: Ints
    grade: Ints
    region: Ints
    skills: Flags
    weekly_hours: Floats
    contractor: Flags
    joined: Ints
    left: Ints
    habit: Ints
    care: Floats

    def __len__(self) -> int:
        return len(self.role)

    @property
    def practice(self) -> Ints:
        return np.asarray(PRACTICE_OF_ROLE)[self.role]

    @property
    def cost_pounds(self) -> Floats:
        """Pounds an hour, before the rise of costs."""
        region = np.array([place.cost for place in REGIONS])[self.region]
        premium = np.where(self.contractor, CONTRACTOR_PREMIUM, 1.0)
        cost: Floats = np.array(COST_RATE)[self.grade] * region * premium
        return cost

    def employed(self, days: Ints) -> Flags:
        """Whether each is there on each day, (people, days)."""
        there: Flags = (self.joined[:, None] <= days[None, :]) & (self.left[:, None] >= days[None, :])
        return there

    def names(self) -> list[str]:
        return [f"P{number:05}" for number in range(1, len(self) + 1)]


def people(count: int, calendar: Calendar, chance: Chance) -> People:
    """``count`` people at any time, those who come for those who leave, and the new practice from month 12."""
    luck = chance.of("people")
    total_days = calendar.days
    years = total_days / DAYS_A_YEAR
    comers = round(count * (ATTRITION_A_YEAR + GROWTH_A_YEAR) * years)
    new_start = int(np.searchsorted(calendar.month_of, PRACTICES[NEW_PRACTICE].since_month))
    newcomers = round(count * PRACTICES[NEW_PRACTICE].share) if new_start < total_days else 0
    old_shares = np.array([practice.share if not practice.since_month else 0.0 for practice in PRACTICES])
    practice = luck.choice(len(PRACTICES), count + comers, p=old_shares / old_shares.sum())
    practice = np.concatenate([practice, np.full(newcomers, NEW_PRACTICE)])
    joined = np.concatenate(
        [
            -luck.gamma(*SERVED, count).astype(np.int64) - 1,
            luck.integers(0, total_days, comers),
            new_start + np.minimum(luck.exponential(OPENING_DAYS, newcomers).astype(np.int64), total_days),
        ]
    )
    joined = np.where(joined >= 0, joined // DAYS_A_WEEK * DAYS_A_WEEK, joined)
    size = len(practice)
    stay = luck.exponential(DAYS_A_YEAR / ATTRITION_A_YEAR, size).astype(np.int64) + SHORTEST_STAY_DAYS
    left = np.maximum(joined, 0) + stay
    left = left // DAYS_A_WEEK * DAYS_A_WEEK + FRIDAY
    region = luck.choice(len(REGIONS), size, p=np.array([place.share for place in REGIONS]))
    grade = luck.choice(len(GRADES), size, p=np.array(GRADE_SHARES))
    lowest, highest = CONTRACTOR_GRADES
    contractor = (luck.random(size) < CONTRACTORS) & (grade >= lowest) & (grade <= highest)
    hours = np.where(luck.random(size) < PART_TIME, luck.choice(PART_TIME_HOURS, size), FULL_WEEK)
    return People(
        role=roles_of(practice, luck),
        grade=grade,
        region=region,
        skills=_skills(practice, grade, luck),
        weekly_hours=hours,
        contractor=contractor,
        joined=joined,
        left=np.where(left < total_days, left, NEVER),
        habit=luck.choice(len(HABITS), size, p=np.array(HABIT_SHARES)),
        care=luck.normal(*CARE, size),
    )


def frame(staff: People, calendar: Calendar, luck: np.random.Generator) -> pl.DataFrame:
    """The table ``people``: costs are those of the end; `cost_revisions` tells the earlier ones."""
    place = [REGIONS[region] for region in staff.region]
    return pl.DataFrame(
        {
            "person_id": staff.names(),
            "job_role": [JOB_ROLES[role] for role in staff.role],
            "grade": [GRADES[grade] for grade in staff.grade],
            "practice": [PRACTICES[practice].name for practice in staff.practice],
            "region": [region.code for region in place],
            "timezone": [region.zone for region in place],
            "skills": _skill_lists(staff),
            "cost_rate": np.round(local_costs(staff) * (1 + COSTS_RISE * _rose(calendar)), 2),
            "cost_currency": [region.currency for region in place],
            "hours_per_week": staff.weekly_hours,
            "employment": np.where(staff.contractor, "contractor", "employee"),
            "joined_on": calendar.date_series(staff.joined),
            "left_on": calendar.happened_on(staff.left),
        }
    ).with_columns(
        grade=_blank("grade", luck, len(staff), UNKNOWN_GRADE),
        skills=_blank("skills", luck, len(staff), UNKNOWN_SKILLS),
        cost_rate=_blank("cost_rate", luck, len(staff), UNKNOWN_COST),
    )


def cost_revisions(staff: People, calendar: Calendar) -> pl.DataFrame:
    """What costs were before and after they rose: ``key``, ``column``, ``value``, ``at`` (microseconds)."""
    if not _rose(calendar):
        return pl.DataFrame(schema={"key": pl.String, "column": pl.String, "value": pl.String, "at": pl.Int64})
    rise = rise_day(calendar)
    before = staff.joined < rise
    first = pl.DataFrame(
        {
            "key": staff.names(),
            "value": np.round(local_costs(staff), 2),
            "at": calendar.office_hour(staff.joined, RISE_HOUR),
        }
    ).filter(pl.Series(before))
    then = first.with_columns(
        value=(pl.col("value") * (1 + COSTS_RISE)).round(2),
        at=pl.lit(int(calendar.office_hour(np.array([rise]), RISE_HOUR)[0])),
    )
    return pl.concat([first, then]).select(
        "key", pl.lit("cost_rate").alias("column"), pl.col("value").cast(pl.String), "at"
    )


def rise_day(calendar: Calendar) -> int:
    """The first day of `DRIFT_MONTH`, on which rates and costs rise."""
    return int(np.searchsorted(calendar.month_of, DRIFT_MONTH))


def local_costs(staff: People) -> Floats:
    """What an hour of each person costs in the currency of the place, before the rise."""
    cost: Floats = staff.cost_pounds * np.array([place.per_pound for place in REGIONS])[staff.region]
    return cost


def _rose(calendar: Calendar) -> bool:
    return rise_day(calendar) < calendar.days


def _blank(column: str, luck: np.random.Generator, rows: int, share: float) -> pl.Expr:
    return pl.when(pl.Series(luck.random(rows) >= share)).then(pl.col(column))


def _skills(practice: Ints, grade: Ints, luck: np.random.Generator) -> Flags:
    """Which of its practice's skills each person holds: common ones mostly, scarce ones with the years."""
    most = max(len(each.skills) for each in PRACTICES)
    lowest, more = SKILLS_WITH_GRADE
    chance = FIRST_SKILL * SKILL_POPULARITY ** np.arange(most)[None, :] * (lowest + more * grade[:, None])
    holds: Flags = luck.random((len(practice), most)) < np.minimum(chance, MOST_LIKELY_SKILL)
    known = np.array([len(each.skills) for each in PRACTICES])[practice]
    holds &= np.arange(most)[None, :] < known[:, None]
    holds[:, 0] |= ~holds.any(axis=1)
    return holds


def _skill_lists(staff: People) -> list[str]:
    return [
        ";".join(skill for skill, held in zip(PRACTICES[practice].skills, row, strict=False) if held)
        for practice, row in zip(staff.practice.tolist(), staff.skills.tolist(), strict=True)
    ]
