"""The people of the firm: what they are, when they come and go, and (hidden) how they keep their time."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from models.arrays import Flags, Floats, Ints
from training.simulate.calendar import DAYS_A_WEEK, NEVER, Calendar
from training.simulate.chance import Chance
from training.simulate.world import (
    COST_RATE,
    COSTS_RISE,
    GRADE_SHARES,
    GRADES,
    JOB_ROLES,
    NEW_PRACTICE,
    PRACTICE_OF_ROLE,
    PRACTICES,
    REGIONS,
)

ATTRITION_A_YEAR = 0.14
GROWTH_A_YEAR = 0.04
CONTRACTORS = 0.07
PART_TIME = 0.09
FULL_WEEK = 40.0
SKILL_POPULARITY = 0.62
"""Each skill of a practice is held by this share of those who hold the one before it."""

HABITS = ("daily", "every few days", "friday", "monday", "when chased")
HABIT_SHARES = (0.34, 0.17, 0.30, 0.12, 0.07)


@dataclass(frozen=True)
class People:
    """A row a person. ``joined`` and ``left`` are days (`NEVER` = still there); ``skills`` is (people, skills) by practice.

    Hidden: ``habit`` and ``care`` (log-odds by which a person enters time more readily than the habit says), and
    ``diligence`` of those who manage projects or fill requests.
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
        premium = np.where(self.contractor, 1.35, 1.0)
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
    years = total_days / 365.25
    comers = int(round(count * (ATTRITION_A_YEAR + GROWTH_A_YEAR) * years))
    new_start = int(np.searchsorted(calendar.month_of, PRACTICES[NEW_PRACTICE].since_month))
    newcomers = int(round(count * PRACTICES[NEW_PRACTICE].share)) if new_start < total_days else 0
    old_shares = np.array([practice.share if not practice.since_month else 0.0 for practice in PRACTICES])
    practice = luck.choice(len(PRACTICES), count + comers, p=old_shares / old_shares.sum())
    practice = np.concatenate([practice, np.full(newcomers, NEW_PRACTICE)])
    joined = np.concatenate(
        [
            -luck.gamma(1.6, 900.0, count).astype(np.int64) - 1,
            luck.integers(0, total_days, comers),
            new_start + np.minimum(luck.exponential(60.0, newcomers).astype(np.int64), total_days),
        ]
    )
    joined = np.where(joined >= 0, joined // DAYS_A_WEEK * DAYS_A_WEEK, joined)
    size = len(practice)
    stay = luck.exponential(365.25 / ATTRITION_A_YEAR, size).astype(np.int64) + 45
    left = np.maximum(joined, 0) + stay
    left = left // DAYS_A_WEEK * DAYS_A_WEEK + 4
    region = luck.choice(len(REGIONS), size, p=np.array([place.share for place in REGIONS]))
    grade = luck.choice(len(GRADES), size, p=np.array(GRADE_SHARES))
    contractor = (luck.random(size) < CONTRACTORS) & (grade >= 1) & (grade <= 4)
    hours = np.where(luck.random(size) < PART_TIME, luck.choice([20.0, 24.0, 32.0], size), FULL_WEEK)
    return People(
        role=_roles(practice, luck),
        grade=grade,
        region=region,
        skills=_skills(practice, grade, luck),
        weekly_hours=hours,
        contractor=contractor,
        joined=joined,
        left=np.where(left < total_days, left, NEVER),
        habit=luck.choice(len(HABITS), size, p=np.array(HABIT_SHARES)),
        care=luck.normal(0.5, 0.6, size),
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
        grade=_blank("grade", luck, len(staff), 0.03),
        skills=_blank("skills", luck, len(staff), 0.05),
        cost_rate=_blank("cost_rate", luck, len(staff), 0.04),
    )


def cost_revisions(staff: People, calendar: Calendar) -> pl.DataFrame:
    """What the costs were before they rose: rows of ``revisions``."""
    if not _rose(calendar):
        return pl.DataFrame(schema={"key": pl.String, "column": pl.String, "value": pl.String, "at": pl.Int64})
    rise = rise_day(calendar)
    before = staff.joined < rise
    first = pl.DataFrame(
        {
            "key": staff.names(),
            "value": np.round(local_costs(staff), 2),
            "at": calendar.office(staff.joined, 8.0 + 0 * staff.care),
        }
    ).filter(pl.Series(before))
    then = first.with_columns(
        value=(pl.col("value") * (1 + COSTS_RISE)).round(2),
        at=pl.lit(int(calendar.office(np.array([rise]), np.array([8.0]))[0])),
    )
    return pl.concat([first, then]).select(
        "key", pl.lit("cost_rate").alias("column"), pl.col("value").cast(pl.String), "at"
    )


def rise_day(calendar: Calendar) -> int:
    """The first day of month 12, on which rates and costs rise."""
    return int(np.searchsorted(calendar.month_of, 12))


def local_costs(staff: People) -> Floats:
    return staff.cost_pounds * np.array([place.per_pound for place in REGIONS])[staff.region]


def _rose(calendar: Calendar) -> bool:
    return rise_day(calendar) < calendar.days


def _blank(column: str, luck: np.random.Generator, rows: int, share: float) -> pl.Expr:
    return pl.when(pl.Series(luck.random(rows) >= share)).then(pl.col(column))


def _roles(practice: Ints, luck: np.random.Generator) -> Ints:
    first = np.array([PRACTICE_OF_ROLE.index(number) for number in range(len(PRACTICES))])
    count = np.array([len(each.job_roles) for each in PRACTICES])
    # The first role of a practice is twice as common as the others.
    lot = (luck.random(len(practice)) * (count[practice] + 1)).astype(np.int64)
    roles: Ints = first[practice] + np.maximum(lot - 1, 0)
    return roles


def _skills(practice: Ints, grade: Ints, luck: np.random.Generator) -> Flags:
    """Which of its practice's skills each person holds: common ones mostly, scarce ones with the years."""
    most = max(len(each.skills) for each in PRACTICES)
    chance = 0.78 * SKILL_POPULARITY ** np.arange(most)[None, :] * (0.7 + 0.14 * grade[:, None])
    holds: Flags = luck.random((len(practice), most)) < np.minimum(chance, 0.95)
    known = np.array([len(each.skills) for each in PRACTICES])[practice]
    holds &= np.arange(most)[None, :] < known[:, None]
    holds[:, 0] |= ~holds.any(axis=1)
    return holds


def _skill_lists(staff: People) -> list[str]:
    return [
        ";".join(skill for skill, held in zip(PRACTICES[practice].skills, row, strict=False) if held)
        for practice, row in zip(staff.practice.tolist(), staff.skills.tolist(), strict=True)
    ]
