"""What people wrote down of money: milestones, change requests, forecasts, actuals, invoices."""

import numpy as np
import polars as pl

from training.simulate import commerce
from training.simulate.calendar import NEVER
from training.simulate.firm import Firm
from training.simulate.project_tables import NOON, announced_ends, known_before, with_gaps

FIRST_DUE = 10
"""Milestones due before the simulation was under way were never really lived, nor were their invoices."""
HOUR_OF = {"achieved_at": 10.0, "accepted_at": 12.0, "billed_at": 15.0, "cancelled_at": 16.0}
"""The UTC hour of each step of a milestone."""
RAISED_HOUR, DECIDED_HOUR = 10.0, 15.0
FORECAST_HOUR, ACTUALS_HOUR = 15.0, 17.0
ISSUED_HOUR, PAID_HOUR, DISPUTED_HOUR = 15.2, 16.0, 16.0
NO_REVENUE_FORECAST = 0.12
"""The share of forecasts that tell no revenue."""
HOURS_OVERRUN, HOURS_SPREAD = 1.1, 0.02
"""By how much forecast hours exceed the budget for each point of margin below the one sold, and their spread."""


def change_requests(firm: Firm, ids: pl.Series) -> pl.DataFrame:
    """The table ``change_requests``. ``ids`` are the projects'."""
    asked, calendar = firm.changes, firm.calendar
    table = pl.DataFrame(
        {
            "change_id": [f"X{number:06}" for number in range(1, len(asked.project) + 1)],
            "project_id": ids.gather(asked.project),
            "raised_at": calendar.happened_at(asked.raised, RAISED_HOUR),
            "value": asked.value,
            "hours": asked.hours,
            "decided_at": calendar.happened_at(asked.decided, DECIDED_HOUR),
            "accepted": asked.accepted.astype(bool),
        }
    )
    return table.with_columns(accepted=pl.when(pl.col("decided_at").is_not_null()).then("accepted"))


def milestones(firm: Firm, ids: pl.Series) -> pl.DataFrame:
    """The table ``milestones``. ``ids`` are the projects'."""
    planned, calendar = firm.milestones, firm.calendar
    due = planned.due.copy()
    due[planned.moves["milestone"].to_numpy()] = planned.moves["after"].to_numpy()
    steps = (planned.achieved, planned.accepted, planned.billed, planned.cancelled)
    told = {name: calendar.happened_at(days, hour) for (name, hour), days in zip(HOUR_OF.items(), steps, strict=True)}
    table = pl.DataFrame(
        {
            "milestone_id": planned.names(),
            "project_id": ids.gather(planned.project),
            "name": [f"milestone {number}" for number in planned.number],
            "amount": np.round(firm.value[planned.project] * planned.share, 0),
            "due_on": calendar.date_series(due),
            "created_at": calendar.happened_at(firm.projects.signed[planned.project], NOON),
            **told,
        }
    )
    return known_before(table.filter(pl.Series(planned.due >= FIRST_DUE)), "created_at")


def forecasts(firm: Firm, ids: pl.Series, luck: np.random.Generator) -> pl.DataFrame:
    """The table ``forecasts``. ``ids`` are the projects'."""
    made, calendar = firm.forecasts, firm.calendar
    revenue = commerce.revenue_known(made.project, made.day, firm.value, firm.changes)
    overrun = 1 + HOURS_OVERRUN * (made.baseline - made.forecast) + luck.normal(0.0, HOURS_SPREAD, len(made))
    return pl.DataFrame(
        {
            "project_id": ids.gather(made.project),
            "made_at": calendar.happened_at(made.day, FORECAST_HOUR),
            "cost_at_completion": np.round(revenue * (1 - made.forecast)),
            "revenue_at_completion": with_gaps(np.round(revenue), luck, NO_REVENUE_FORECAST),
            "hours_at_completion": np.round(firm.budget[made.project] * overrun),
            "ends_on": calendar.date_series(announced_ends(firm)["after"].to_numpy()),
        }
    )


def actuals(firm: Firm, ids: pl.Series) -> pl.DataFrame:
    """The table ``actuals``. ``ids`` are the projects'."""
    months, calendar = firm.actuals, firm.calendar
    return months.select(
        project_id=ids.gather(months["project"]),
        period=calendar.date_series(months["start"].to_numpy()),
        cost="cost",
        revenue_recognised="revenue",
        known_at=calendar.happened_at(months["known"].to_numpy(), ACTUALS_HOUR),
    )


def invoices(firm: Firm, ids: pl.Series) -> pl.DataFrame:
    """The table ``invoices``. ``ids`` are the projects'."""
    calendar = firm.calendar
    lived = firm.milestones.due[np.maximum(firm.invoices["milestone"].to_numpy(), 0)] >= FIRST_DUE
    billed = firm.invoices.filter(pl.Series(lived) | (pl.col("milestone") < 0))
    milestone, start = billed["milestone"].to_numpy(), billed["start"].to_numpy()
    names = pl.Series(firm.milestones.names()).gather(np.maximum(milestone, 0))
    return pl.DataFrame(
        {
            "invoice_id": [f"I{number:06}" for number in range(1, billed.height + 1)],
            "project_id": ids.gather(billed["project"]),
            "milestone_id": names.set(pl.Series(milestone < 0), None),
            "issued_at": calendar.happened_at(billed["issued"].to_numpy(), ISSUED_HOUR),
            "amount": billed["amount"],
            "period": calendar.date_series(np.where(start < 0, NEVER, start)).dt.to_string("%Y-%m"),
            "paid_at": calendar.happened_at(billed["paid"].to_numpy(), PAID_HOUR),
            "disputed_at": calendar.happened_at(billed["disputed"].to_numpy(), DISPUTED_HOUR),
        }
    )
