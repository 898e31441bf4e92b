"""What is left of a project: what it must still earn for its forecast to hold, and what is covered and billed of it.

A worked example. The forecast says cost 80 of revenue 100. So far 60 were spent and 70 earned: the rest costs 20 and
earns 30, so it must earn 33%. If the last three months earned 14%, the forecast hopes for what nobody has seen.
"""

import polars as pl

from models.margin_erosion.margins import Margins
from models.point_in_time import versions
from models.project_signals import Past
from models.project_signals.changes import change_movements
from models.project_signals.sums import FLOW, cents, difference, flag, margin, share
from models.records import Records
from models.running_sums import RunningSums, movements


def rest(past: Past, margins: Margins, subjects: pl.DataFrame) -> pl.DataFrame:
    """The fields of what is left, in the order of ``subjects``: ``project_id``, ``as_of``, and of `signals`
    ``contract_value``, ``forecast_margin``, ``margin_to_date``, ``margin_3_months``, ``team_margin``,
    ``cost_spent_share``, ``time_gone_share``, ``budget_burnt_share`` and ``forecast_hours_of_budget``.
    """
    now = margins.at(subjects)
    earned = _earned(past.actuals).at(subjects)
    billed = _invoiced(past.records).at(subjects)
    invoiced = billed["invoiced"]
    accepted = RunningSums(change_movements(past.changes), "project_id", ["accepted_cents"]).at(subjects)
    contracted = subjects.select(cents=cents("contract_value"))["cents"] + accepted["accepted_cents"]
    revenue, forecast = now["revenue_cents"], subjects["forecast_margin"]
    to_earn = margin(now["cost_cents"] - earned["cost"], revenue - earned["revenue"])
    hours_burnt = share(subjects["budget_burnt_share"], subjects["forecast_hours_of_budget"], 0, FLOW)
    return pl.DataFrame({
        "rest_margin": to_earn,
        "rest_above_3_months": difference(to_earn, subjects["margin_3_months"]),
        "forecast_above_to_date": difference(forecast, subjects["margin_to_date"]),
        "forecast_above_team": difference(forecast, subjects["team_margin"]),
        "cost_ahead_of_time": difference(subjects["cost_spent_share"], subjects["time_gone_share"]),
        "forecast_hours_burnt_share": hours_burnt,
        "forecast_hours_ahead_of_time": difference(hours_burnt, subjects["time_gone_share"]),
        "uncontracted_share": share(revenue - contracted, revenue, -FLOW, 1),
        "invoiced_share": share(invoiced, revenue, -FLOW, FLOW),
        "disputed_share": share(billed["disputed"], billed["invoices"]),
        "unbilled_share": share(earned["revenue"] - invoiced, revenue, -FLOW, FLOW),
        "days_to_quarter_end": _days_to_quarter_end(subjects["as_of"]),
    })  # fmt: skip


def _earned(months: pl.DataFrame) -> RunningSums:
    """What was spent and earned of each project, by when it was known."""
    known = months.select(
        "project_id", "known_at", "known_until", cost=cents("cost"), revenue=cents("revenue_recognised")
    )
    return RunningSums(movements(known, ["cost", "revenue"]), "project_id", ["cost", "revenue"])


def _invoiced(records: Records) -> RunningSums:
    """What was invoiced of each project, in how many invoices, and how many of them were disputed."""
    known = versions(records, "invoices", ["project_id", "amount", "disputed_at"]).select(
        "project_id",
        "known_at",
        "known_until",
        invoiced=cents("amount"),
        invoices=pl.lit(1, dtype=pl.Int64),
        disputed=flag(pl.col("disputed_at").is_not_null()),
    )
    amounts = ["invoiced", "invoices", "disputed"]
    return RunningSums(movements(known, amounts), "project_id", amounts)


def _days_to_quarter_end(as_of: pl.Series) -> pl.Series:
    """Days left in the calendar quarter, in UTC: quarters are closed with a fresh look at the forecast."""
    day = as_of.dt.date()
    return (day.dt.truncate("1q").dt.offset_by("1q") - day).dt.total_days() - 1
