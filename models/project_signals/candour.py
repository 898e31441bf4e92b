"""How a manager admits bad news: in instalments or at once, and how far behind what the books say.

A manager who admits half of a fall, and half of the rest with the next forecast, is known by it: each change of their
forecasts is followed by one half as large. *Follow-through* is that share: the slope of the regression of a forecast's
change on the change before it (Nordhaus, "Forecasting Efficiency: Concepts and Applications", 1987), over all projects
of the manager, drawn to 0 where few changes are known. Forecasts that swing to and fro have a negative one.

A worked example. Margins of 30%, 26% and 24%: a fall of 4 points, then one of 2. Alone, the slope is 1/2; with the 32
squared points of eight usual changes beside the one seen, it is 4 * 2 / (4 * 4 + 32), 1/6.
"""

import polars as pl

from models.project_signals.forecasts import HUNDREDTHS
from models.project_signals.habits import MOST_POINTS, sums_of
from models.project_signals.sums import share
from models.project_signals.timeline import latest

LARGEST_CHANGE = 2_000
"""Twenty points: a forecast that changes by more tells of another project or of a mistake, and counts as so many."""
USUAL_CHANGE = 200
PSEUDO_PAIRS = 8
PRIOR = PSEUDO_PAIRS * USUAL_CHANGE**2
"""As if each manager had so many usual changes behind them that nothing followed."""


def candour(
    projects: pl.DataFrame, falls: pl.DataFrame, line: pl.DataFrame, months: pl.DataFrame, subjects: pl.DataFrame
) -> pl.DataFrame:
    """The fields of candour, in the order of ``subjects`` (``manager_id``, ``as_of``).

    ``projects`` are `project_versions`, ``falls`` and ``line`` those of `models.project_signals.forecasts`, ``months``
    the `first_months` of actuals. A month is compared with the forecast that stood when the month became known.
    """
    pairs = falls.select(
        "project_id", "known_at", both=_cut("fallen") * _cut("fallen_before"), square=_cut("fallen_before").pow(2)
    ).drop_nulls("both")
    followed = sums_of(pairs, ["both", "square"], projects, "manager_id", subjects)
    told = sums_of(forecasts_above_months(line, months), ["above", "months"], projects, "manager_id", subjects)
    return pl.DataFrame({
        "manager_follow_through": share(followed["both"], followed["square"] + PRIOR, -1, 1),
        "manager_above_months": share(told["above"], told["months"] * (HUNDREDTHS // 100), -MOST_POINTS, MOST_POINTS),
    })  # fmt: skip


def forecasts_above_months(line: pl.DataFrame, months: pl.DataFrame) -> pl.DataFrame:
    """By how much each month's margin fell short of the forecast that stood when the month became known.

    Returns ``project_id``, ``known_at``, ``above`` (hundredths of a point, negative where the month was better) and
    ``months`` (1).
    """
    known = months.select("project_id", "known_at", "margin")
    stood = latest(known, line.select("project_id", "known_at", said="margin"), "project_id", "known_at")["said"]
    above = ((pl.col("said") - pl.col("margin")) * HUNDREDTHS).round().clip(-LARGEST_CHANGE, LARGEST_CHANGE)
    return (
        known.with_columns(stood)
        .select("project_id", "known_at", above=above.cast(pl.Int64), months=pl.lit(1, dtype=pl.Int64))
        .drop_nulls("above")
    )


def _cut(change: str) -> pl.Expr:
    return pl.col(change).clip(-LARGEST_CHANGE, LARGEST_CHANGE)
