"""The latest months of a project: what the last ones earned, and where they are going.

The margin *lately* weighs each month by its revenue, and by half as much for each month and a half that has passed
since (Brown, *Smoothing, Forecasting and Prediction of Discrete Time Series*, 1963): one month alone is mostly noise,
three months together are mostly past.
"""

import numpy as np
import polars as pl

from models.arrays import Floats
from models.point_in_time import standing
from models.project_signals import Past
from models.project_signals.actuals import RECENT_DAYS
from models.project_signals.candour import forecasts_above_months
from models.project_signals.forecasts import HUNDREDTHS
from models.project_signals.sequences import steps
from models.project_signals.sums import FLOW, cents, difference, margin, share
from models.project_signals.timeline import latest
from models.running_sums import RunningSums, movements

HALF_LIFE_MONTHS = 1.5
LONGEST_PAUSE = 24
"""Months without actuals after which nothing of what was earned before counts."""
DECAY = np.array([0.5 ** (months / HALF_LIFE_MONTHS) for months in range(LONGEST_PAUSE)] + [0.0])


def months(past: Past, subjects: pl.DataFrame) -> pl.DataFrame:
    """The fields of the latest months, in the order of ``subjects`` (``project_id``, ``as_of``, ``forecast_margin``).

    A month without its cost or its revenue has no margin, and counts for none.
    """
    known = past.actuals.drop_nulls(["cost", "revenue_recognised"])
    known = known.with_columns(cost=cents("cost"), revenue=cents("revenue_recognised"))
    last = latest(subjects, _latest_month(known), "project_id")
    last_month = margin(last["cost"], last["revenue"])
    sums = RunningSums(movements(known, ["cost", "revenue"]), "project_id", ["cost", "revenue"])
    now = sums.at(subjects)
    before, long_before = (sums.at(subjects, pl.col("as_of").dt.offset_by(f"-{n * RECENT_DAYS}d")) for n in (1, 2))
    recent = margin(now["cost"] - before["cost"], now["revenue"] - before["revenue"])
    earlier = margin(before["cost"] - long_before["cost"], before["revenue"] - long_before["revenue"])
    told = latest(subjects, _lately(past.months), "project_id")
    above = RunningSums(forecasts_above_months(past.line, past.months), "project_id", ["above", "months"]).at(subjects)
    return pl.DataFrame({
        "margin_last_month": last_month,
        "forecast_above_last_month": difference(subjects["forecast_margin"], last_month),
        "margin_month_before": told["month_before"],
        "forecast_above_month_before": difference(subjects["forecast_margin"], told["month_before"]),
        "margin_lately": told["lately"],
        "forecast_above_lately": difference(subjects["forecast_margin"], told["lately"]),
        "forecasts_above_months": share(above["above"], above["months"] * HUNDREDTHS, -FLOW, FLOW),
        "margin_3_months_change": difference(recent, earlier),
    })  # fmt: skip


def _latest_month(known: pl.DataFrame) -> pl.DataFrame:
    """The timeline of each project's latest month of which cost and revenue are known.

    It says something else when a later one is known, when it changes, and when one of the two is taken back. ``known``
    are versions of the months that have both.
    """
    turns = [known.select("project_id", at=name) for name in ("known_at", "known_until")]
    instants = pl.concat(turns).drop_nulls("at").unique()
    newest = (
        instants.join(known, on="project_id")
        .filter(standing("at"))
        .sort("project_id", "at", "period")
        .unique(["project_id", "at"], keep="last", maintain_order=True)
        .select("project_id", "at", "cost", "revenue")
    )
    return instants.join(newest, on=["project_id", "at"], how="left").rename({"at": "known_at"})


def _lately(first: pl.DataFrame) -> pl.DataFrame:
    """The timeline of what each project earned lately, and of the margin of the month before the last one to come."""
    number = pl.col("period").dt.year() * 12 + pl.col("period").dt.month()
    pause = first.select(pause=number.diff().over("project_id").fill_null(0).clip(0, LONGEST_PAUSE))["pause"]
    decay = DECAY[pause.to_numpy()]
    revenue, cost = (first[name].cast(pl.Float64).to_numpy() for name in ("revenue", "cost"))
    cost_so_far, revenue_so_far = (_weighed(first["project_id"], amounts, decay) for amounts in (cost, revenue))
    return first.select(
        "project_id",
        "known_at",
        lately=margin(pl.Series(cost_so_far, dtype=pl.Float64), pl.Series(revenue_so_far, dtype=pl.Float64)),
        month_before=pl.col("margin").shift(1).over("project_id"),
    ).unique(["project_id", "known_at"], keep="last", maintain_order=True)


def _weighed(projects: pl.Series, amounts: Floats, decay: Floats) -> Floats:
    """The amounts so far of each project, what came before one multiplied by its ``decay``."""
    total = amounts.copy()
    for number, rows in enumerate(steps(projects)):
        if number:
            total[rows] += decay[rows] * total[rows - 1]
    return total
