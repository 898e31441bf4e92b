"""What projects are worth, what changes, what they cost by month, and what is billed and paid."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from models.arrays import Floats, Ints
from training.simulate.calendar import DAYS_A_WEEK, NEVER, WORKDAYS, Calendar, add_workdays, next_workday
from training.simulate.margins import Reviews
from training.simulate.milestones import Milestones
from training.simulate.people import rise_day
from training.simulate.portfolio import Clients, Projects
from training.simulate.requests import Requests, bill_rates
from training.simulate.world import REGIONS, REPORTING_CURRENCY

CHANGES_A_WEEK = np.array([0.035, 0.13, 0.30])
"""Change requests of a project of four people, by how it stands: trouble shows first in what is asked for on top."""
CHANGES_FOR_POSITIONS = 4.0
"""The size of the project that `CHANGES_A_WEEK` tells of: larger ones have more in proportion."""
AGREED = np.array([0.62, 0.48, 0.36])
DECIDED_AFTER, DECIDED_MEAN = 4, np.array([14.0, 20.0, 28.0])
"""The share agreed, and days until a decision (at least, and on average beyond that), by how the project stands."""
CHANGES_UNTIL = 14
"""Days after its end until which a project is asked for changes."""
CHANGE_SIZE, CHANGE_SPREAD = 0.025, 0.7
"""Median size of a change as a share of the contract, and standard deviation of its log."""
CHANGE_RATE = 95.0
"""Pounds an hour at which changes are estimated."""
SOLD_SHARE, SHORTEST_SOLD, SMALLEST, FEWEST_HOURS = 0.92, 7, 12_000.0, 120.0
"""Of the hours of all slots, the share that is sold; days that a slot is sold for, pounds and hours, at least."""
VALUE_SPREAD, VALUE_STEP = 0.04, 500
BUDGET, BUDGET_STEP = (1.02, 0.05), 10
"""Contract values are spread, budgets of hours hold a little on top; both are round numbers."""
REVENUE_SPREAD = 0.06
"""Of a month's revenue around an even pace."""
COST_NOISE = 0.02
"""Of a month's margin: timing of costs, and time that is entered late."""
SHORTEST_MONTH, ACTUALS_AFTER = 2, (5, 13)
"""Days of a month that are not told apart from the next month; days after its end until it is known."""
INVOICED_AFTER = (33, 42)
"""Days after the first of a month on which it is invoiced: at least, less than."""
DISPUTED_IN_TROUBLE = np.array([0.8, 1.3, 2.0])
DISPUTED_AFTER, DISPUTE_DELAYS = (3, 15), 30.0
"""Factors of a client's share of disputed invoices; working days until a dispute, days by which it delays payment."""
PAYMENT_SPREAD = 0.22
SLOWER_PAYERS = 1.12
"""From month 12 on."""
LAST_MONTH_DAYS = 31
"""The month that the history ends with is followed by no other: it is taken as long."""
RATE_MOVES = 0.012
"""Standard deviation of the log of a month's move of an exchange rate."""


@dataclass(frozen=True)
class Changes:
    """A row a change request: project, days raised and decided (`NEVER` = open), whether it was accepted (1 or 0),
    value in the project's currency, hours."""

    project: Ints
    raised: Ints
    decided: Ints
    accepted: Ints
    value: Floats
    hours: Floats


def per_pound(region: Ints) -> Floats:
    """Units of the billing currency of each region for one pound."""
    by_currency = {region.currency: region.per_pound for region in REGIONS}
    return np.array([by_currency[region.billing_currency] for region in REGIONS])[region]


def contract_values(
    asked: Requests, work: Projects, calendar: Calendar, luck: np.random.Generator
) -> tuple[Floats, Floats]:
    """What each project was sold for, in its currency, and the hours that were sold with it."""
    days = np.maximum(asked.ends - asked.needed_by, SHORTEST_SOLD)
    hours = asked.hours * asked.headcount * days / DAYS_A_WEEK * SOLD_SHARE
    sold = np.bincount(asked.project, hours * bill_rates(asked, calendar), minlength=len(work))
    planned = np.bincount(asked.project, hours, minlength=len(work))
    value = np.maximum(sold, SMALLEST) * per_pound(work.region) * luck.normal(1.0, VALUE_SPREAD, len(work))
    budget = np.maximum(planned, FEWEST_HOURS) * luck.normal(*BUDGET, len(work))
    return np.round(value / VALUE_STEP) * VALUE_STEP, np.round(budget / BUDGET_STEP) * BUDGET_STEP


def changes(work: Projects, value: Floats, calendar: Calendar, luck: np.random.Generator) -> Changes:
    """What clients ask for on top, week by week."""
    project, week = np.nonzero(work.trouble >= 0)
    running = week * DAYS_A_WEEK < np.minimum(work.ends[project] + CHANGES_UNTIL, calendar.days)
    project, week = project[running], week[running]
    standing = work.trouble[project, week]
    count = luck.poisson(CHANGES_A_WEEK[standing] * work.positions[project] / CHANGES_FOR_POSITIONS)
    row = np.repeat(np.arange(len(project)), count)
    project, standing = project[row], standing[row]
    raised = week[row] * DAYS_A_WEEK + luck.integers(0, WORKDAYS, len(row))
    wait = DECIDED_AFTER + luck.exponential(DECIDED_MEAN[standing])
    decided = next_workday(raised + wait.astype(np.int64))
    amount = value[project] * luck.lognormal(np.log(CHANGE_SIZE), CHANGE_SPREAD, len(row))
    known = raised < calendar.days
    return Changes(
        project=project[known], raised=raised[known], decided=np.where(decided < calendar.days, decided, NEVER)[known],
        accepted=(luck.random(len(row)) < AGREED[standing]).astype(np.int64)[known],
        value=np.round(amount, -2)[known],
        hours=np.round(amount / (CHANGE_RATE * per_pound(work.region[project])))[known],
    )  # fmt: skip


def revenue_known(project: Ints, day: Ints, value: Floats, asked: Changes) -> Floats:
    """The contract's value and what was agreed on top before each ``day``, by row of ``project``."""
    agreed = pl.DataFrame({"project": asked.project, "day": asked.decided, "value": asked.value * asked.accepted})
    totals = (
        agreed.filter(pl.col("day") < NEVER)
        .sort("project", "day")
        .with_columns(total=pl.col("value").cum_sum().over("project"))
        .select("project", "day", "total")
        .sort("day")
    )
    rows = pl.DataFrame({"project": project, "day": day - 1}).with_row_index("row").sort("day")
    found = rows.join_asof(totals, on="day", by="project", check_sortedness=False).sort("row")
    on_top: Floats = found["total"].fill_null(0.0).to_numpy()
    return value[project] + on_top


def actuals(
    work: Projects, made: Reviews, value: Floats, calendar: Calendar, luck: np.random.Generator
) -> pl.DataFrame:
    """Cost and recognised revenue by project and month, in the project's currency.

    Columns ``project``, ``start`` (day), ``revenue``, ``cost``, ``known`` (day).
    """
    starts = np.flatnonzero(np.diff(calendar.month_of, prepend=calendar.month_of[0]))
    starts = starts[starts < calendar.days]
    length = np.diff(np.append(starts, starts[-1] + LAST_MONTH_DAYS))
    first, last = work.starts[:, None], work.ends[:, None]
    inside = np.minimum(last + 1, starts + length) - np.maximum(first, starts)
    project, month = np.nonzero(inside > SHORTEST_MONTH)
    share = inside[project, month] / np.maximum(work.ends - work.starts + 1, 1)[project]
    revenue = value[project] * share * luck.normal(1.0, REVENUE_SPREAD, len(project))
    end = starts[month] + length[month] - 1
    reviewed = pl.DataFrame({"project": made.project, "day": made.day, "true": made.true}).sort("day")
    rows = pl.DataFrame({"project": project, "day": end}).with_row_index("row").sort("day")
    true = rows.join_asof(reviewed, on="day", by="project", check_sortedness=False).sort("row")["true"]
    known = next_workday(end + luck.integers(*ACTUALS_AFTER, len(project)))
    cost = revenue * (1 - true.to_numpy() + luck.normal(0.0, COST_NOISE, len(project)))
    table = pl.DataFrame(
        {"project": project, "start": starts[month], "revenue": revenue.round(), "cost": cost.round(), "known": known}
    )
    return table.filter(true.is_not_null(), pl.col("known") < calendar.days)


def invoices(
    work: Projects, *, whose: Clients, asked: Milestones, value: Floats, months: pl.DataFrame, calendar: Calendar,
    luck: np.random.Generator,
) -> pl.DataFrame:  # fmt: skip
    """Bills for milestones as they are billed, and by the month (`actuals`) for projects without any.

    Columns ``project``, ``milestone`` and ``start`` of the month (-1 = none), ``amount`` in the project's currency, and
    the days ``issued``, ``paid`` and ``disputed`` (`NEVER` = not).
    """
    billed = np.flatnonzero(asked.billed < calendar.days)
    staged = np.bincount(asked.project, minlength=len(work)) > 0
    by_month = months.filter(~pl.Series(staged[months["project"].to_numpy()]))
    project = np.concatenate([asked.project[billed], by_month["project"].to_numpy()])
    start = by_month["start"].to_numpy()
    issued = np.concatenate([asked.billed[billed], next_workday(start + luck.integers(*INVOICED_AFTER, len(start)))])
    amount = np.concatenate([(value[asked.project] * asked.share)[billed], by_month["revenue"].to_numpy()])
    client, standing = work.client[project], work.standing(project, issued // DAYS_A_WEEK)
    disputed = luck.random(len(project)) < whose.dispute[client] * DISPUTED_IN_TROUBLE[standing]
    slower = np.where(issued >= rise_day(calendar), SLOWER_PAYERS, 1.0)
    usual = whose.pay_days[client] * luck.lognormal(0.0, PAYMENT_SPREAD, len(project))
    pays = usual * slower + DISPUTE_DELAYS * disputed
    return pl.DataFrame(
        {
            "project": project, "milestone": np.concatenate([billed, np.full(by_month.height, -1)]), "issued": issued,
            "amount": np.round(amount, 0), "start": np.concatenate([np.full(len(billed), -1), start]),
            "paid": next_workday(issued + pays.astype(np.int64)),
            "disputed": np.where(disputed, add_workdays(issued, luck.integers(*DISPUTED_AFTER, len(project))), NEVER),
        }
    ).filter(pl.col("issued") < calendar.days)  # fmt: skip


def fx_rates(calendar: Calendar, luck: np.random.Generator) -> pl.DataFrame:
    """The table ``fx_rates``: monthly rates of all currencies, a slow random walk from today's."""
    starts = np.flatnonzero(np.diff(calendar.month_of, prepend=calendar.month_of[0] - 1))
    starts = starts[starts < calendar.days]
    tables = []
    for currency, rate in {region.currency: region.per_pound for region in REGIONS}.items():
        moves = luck.normal(0.0, 0.0 if currency == REPORTING_CURRENCY else RATE_MOVES, len(starts))
        walk = np.exp(np.cumsum(moves))
        tables.append(
            pl.DataFrame(
                {"currency": [currency] * len(starts), "on": calendar.date_series(starts),
                 "per_unit_of_reporting_currency": np.round(rate * walk, 4)}
            )
        )  # fmt: skip
    return pl.concat(tables)
