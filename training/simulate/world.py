"""What the simulated firm is made of: places, practices, grades, rates. Sources: docs/simulated-firm.md."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from models.arrays import Ints


class Region(NamedTuple):
    """A place of work.

    ``share`` is that of the firm's people; ``cost`` multiplies London's cost rates; ``per_pound`` are units of
    ``currency`` for one pound, the reporting currency. ``holidays`` are (month, day) of every year and ``easter`` days
    after Easter Sunday. ``scarcity`` is the log of the hazard of being filled that a request loses there.
    """

    code: str
    zone: str
    currency: str
    billing_currency: str
    share: float
    cost: float
    per_pound: float
    holidays: tuple[tuple[int, int], ...]
    easter: tuple[int, ...]
    scarcity: float


REGIONS = (
    Region("GB", "Europe/London", "GBP", "GBP", 0.24, 1.00, 1.0, ((1, 1), (5, 6), (5, 27), (8, 26), (12, 25), (12, 26)),
           (-2, 1), 0.0),
    Region("DE", "Europe/Berlin", "EUR", "EUR", 0.18, 0.95, 1.17,
           ((1, 1), (5, 1), (10, 3), (12, 24), (12, 25), (12, 26), (12, 31)), (-2, 1, 39, 50), 0.15),
    Region("US", "America/New_York", "USD", "USD", 0.24, 1.15, 1.28,
           ((1, 1), (1, 15), (5, 27), (6, 19), (7, 4), (9, 2), (11, 28), (12, 25)), (), -0.05),
    Region("IN", "Asia/Kolkata", "INR", "USD", 0.16, 0.32, 106.0,
           ((1, 26), (3, 25), (8, 15), (10, 2), (11, 1), (12, 25)), (-2,), -0.35),
    Region("PL", "Europe/Warsaw", "PLN", "EUR", 0.10, 0.50, 5.05,
           ((1, 1), (1, 6), (5, 1), (5, 3), (8, 15), (11, 1), (11, 11), (12, 25), (12, 26)), (1, 60), 0.0),
    Region("AU", "Australia/Sydney", "AUD", "AUD", 0.08, 1.02, 1.93,
           ((1, 1), (1, 26), (4, 25), (6, 10), (12, 25), (12, 26)), (-2, 1), 0.45),
)  # fmt: skip
REPORTING_CURRENCY = "GBP"


@dataclass(frozen=True)
class Practice:
    """``skills`` go from common to scarce. ``share`` is that of people and projects, ``margin`` the share of revenue
    that its projects are sold with, ``since_month`` the month of the history in which the firm opened it."""

    name: str
    service_lines: tuple[str, ...]
    job_roles: tuple[str, ...]
    skills: tuple[str, ...]
    share: float
    margin: float
    since_month: int = 0


PRACTICES = (
    Practice("Data", ("data platform", "analytics"), ("data engineer", "data analyst", "data scientist"),
             ("sql", "python", "dbt", "spark", "streaming", "bayesian statistics"), 0.24, 0.34),
    Practice("Cloud", ("cloud migration", "platform engineering"),
             ("cloud engineer", "cloud architect", "site reliability engineer"),
             ("linux", "terraform", "kubernetes", "networks", "mainframe", "zero trust"), 0.24, 0.32),
    Practice("Applications", ("business applications", "integration"),
             ("functional consultant", "developer", "integration specialist"),
             ("crm", "erp finance", "java", "supply chain", "payroll", "abap"), 0.24, 0.30),
    Practice("Change", ("strategy", "change management"), ("consultant", "change manager", "programme manager"),
             ("facilitation", "business cases", "target operating model", "procurement law", "pricing"), 0.14, 0.38),
    Practice("Operations", ("managed services", "security operations"),
             ("service manager", "support engineer", "security analyst"),
             ("service desk", "monitoring", "incident response", "forensics"), 0.14, 0.26),
    Practice("Applied AI", ("applied ai",), ("machine learning engineer", "ai consultant"),
             ("python", "evaluation", "retrieval", "model serving"), 0.10, 0.36, since_month=12),
)  # fmt: skip
JOB_ROLES = tuple(role for practice in PRACTICES for role in practice.job_roles)
PRACTICE_OF_ROLE = tuple(index for index, practice in enumerate(PRACTICES) for _ in practice.job_roles)
NEW_PRACTICE = len(PRACTICES) - 1
FIRST_ROLE = tuple(PRACTICE_OF_ROLE.index(practice) for practice in range(len(PRACTICES)))
"""The number of each practice's first role, which is twice as common as each other."""

GRADES = ("G1", "G2", "G3", "G4", "G5", "G6")
GRADE_SHARES = (0.14, 0.24, 0.26, 0.20, 0.12, 0.04)
COST_RATE = (28.0, 36.0, 46.0, 60.0, 80.0, 115.0)
"""Pounds an hour in London, by grade: salary and overheads over the hours of a year."""
BILL_RATE = (62.0, 78.0, 98.0, 126.0, 165.0, 230.0)
"""Pounds an hour, by grade."""
DRIFT_MONTH = 12
"""The month of the history, counted from 0, with which rates, costs and more change: what a model must live through."""
RATES_RISE = 0.06
COSTS_RISE = 0.05

BILLING = ("fixed_price", "time_and_materials", "retainer")
FIXED_PRICE, TIME_AND_MATERIALS, RETAINER = range(len(BILLING))
BILLING_SHARES = (0.45, 0.40, 0.15)

CALM, STRAINED, TROUBLED = 0, 1, 2
"""How a project stands, hidden: what erodes its margin, delays its milestones, wears out its people."""
STANDINGS = 3


def roles_of(practice: Ints, luck: np.random.Generator) -> Ints:
    """A role for each, of the practice given: the first is twice as common as each other."""
    count = np.array([len(each.job_roles) for each in PRACTICES])[practice]
    lot = (luck.random(len(practice)) * (count + 1)).astype(np.int64)
    roles: Ints = np.array(FIRST_ROLE)[practice] + np.maximum(lot - 1, 0)
    return roles
