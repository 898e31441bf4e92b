"""What a PMO looks at today: the checks of a time sheet that a predictor has to beat."""

from functools import reduce
from operator import add

import polars as pl

LONG_DAY_HOURS = 10.0
LATE_DAYS = 7.0
SATURDAY = 6

RULES = {
    "checks_failed": "how many checks an entry fails: over 10 hours on the day, not booked on the project, on a "
    "weekend, holiday or day off, entered more than 7 days later",
    "day_hours": "hours of the day above 10",
    "entry_delay_days": "days from the day of work to its entry, above 7",
}
"""The rules by name: more is riskier. What is not known raises no alarm."""


def rule_score(snapshots: pl.DataFrame, rule: str) -> pl.Series:
    """The risk that a rule sees: higher is riskier, in checks, hours or days."""
    if rule == "checks_failed":
        return snapshots.select(score=reduce(add, [failed.cast(pl.Float64) for failed in _checks()]))["score"]
    limit = {"day_hours": LONG_DAY_HOURS, "entry_delay_days": LATE_DAYS}[rule]
    return (snapshots[rule].cast(pl.Float64).fill_null(0.0) - limit).clip(lower_bound=0.0)


def _checks() -> list[pl.Expr]:
    off = (pl.col("weekday") >= SATURDAY) | (pl.col("on_holiday") == 1) | (pl.col("on_time_off") == 1)
    # In a firm that books nobody, or on a project without a record, an entry without a booking is nothing to see.
    unbooked = (pl.col("project_booked_hours") == 0).fill_null(value=False)
    return [
        pl.col("day_hours") > LONG_DAY_HOURS,
        unbooked,
        off.fill_null(value=False),
        (pl.col("entry_delay_days") > LATE_DAYS).fill_null(value=False),
    ]
