"""What the manager's forecasts of a project said by any instant: margin, end, hours, and how they moved.

A *timeline* has a row for each instant at which a forecast of the project was made or put right: what the latest one
said from then on, and what the one before it and the first one said. Revenue that a forecast leaves open is the
contract's value and the changes accepted, as known when the forecast became known.
"""

import polars as pl

from models.point_in_time import versions
from models.project_signals.changes import change_movements
from models.project_signals.sums import MANY_DAYS, MOST, cents, days_from, difference, margin, share
from models.project_signals.timeline import as_known, latest
from models.records import Records
from models.running_sums import RunningSums

QUARTER = 84
MOST_RATIO = 10.0
HUNDREDTHS = 10_000
"""Hundredths of a percentage point in a margin of 1."""
_SAID = ["cost_cents", "revenue_cents", "forecast_hours", "forecast_ends_on", "margin"]


def forecast_versions(records: Records, projects: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """What was known of each forecast, priced with what was known of its project and of the project's changes.

    ``projects`` and ``changes`` are `project_versions` and `change_versions`.
    Returns ``project_id``, ``made_at``, ``cost_cents``, ``revenue_cents`` (null where neither the forecast nor the
    contract tells), ``forecast_hours``, ``forecast_ends_on``, ``margin`` (share, null where revenue is not positive),
    ``known_at``, ``known_until``.
    """
    columns = ["cost_at_completion", "revenue_at_completion", "hours_at_completion", "ends_on"]
    known = versions(records, "forecasts", columns)
    accepted = RunningSums(change_movements(changes), "project_id", ["accepted_cents"])
    known = known.with_columns(
        as_known(known, projects, "project_id", "contract_value"), accepted.at(known, "known_at")["accepted_cents"]
    )
    priced = known.with_columns(
        cost_cents=cents("cost_at_completion"),
        revenue_cents=pl.coalesce(cents("revenue_at_completion"), cents("contract_value") + pl.col("accepted_cents")),
    )
    return priced.with_columns(margin=margin(priced["cost_cents"], priced["revenue_cents"])).select(
        "project_id", "made_at", "cost_cents", "revenue_cents", "margin", "known_at", "known_until",
        forecast_hours="hours_at_completion", forecast_ends_on="ends_on",
    )  # fmt: skip


def timeline(forecasts: pl.DataFrame) -> pl.DataFrame:
    """The timeline of each project out of `forecast_versions`.

    Returns ``project_id``, ``known_at``, ``made_at`` and what the latest forecast said, the same of the one before it
    with ``previous_`` and of the first with ``first_`` before the name, and ``forecast_count``.
    """
    made = (
        forecasts.select("project_id", "made_at")
        .unique()
        .sort("project_id", "made_at")
        .with_columns(
            previous_made_at=pl.col("made_at").shift(1).over("project_id"),
            first_made_at=pl.col("made_at").first().over("project_id"),
            forecast_count=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("project_id"),
        )
    )
    events = (
        forecasts.sort("project_id", "known_at", "made_at")
        .select("project_id", "known_at", made_at=pl.col("made_at").cum_max().over("project_id"))
        .unique(["project_id", "known_at"], keep="last", maintain_order=True)
        .join(made, on=["project_id", "made_at"], how="left", maintain_order="left")
    )
    said = forecasts.select("project_id", "made_at", "known_at", *_SAID)
    parts = [events]
    for prefix in ("", "previous_", "first_"):
        of = events.select("project_id", "known_at", made_at=f"{prefix}made_at")
        then = latest(of, said, ["project_id", "made_at"], "known_at").select(*_SAID)
        parts.append(then.rename({name: f"{prefix}{name}" for name in _SAID}))
    return pl.concat(parts, how="horizontal")


def as_first_made(line: pl.DataFrame) -> pl.DataFrame:
    """The rows of a `timeline` at which each forecast was made, one after the other, before any was put right."""
    return line.unique(["project_id", "made_at"], keep="first", maintain_order=True).sort("project_id", "made_at")


def falls(line: pl.DataFrame) -> pl.DataFrame:
    """By how much each forecast's margin lies below the one before: ``project_id``, ``known_at``, ``forecasts`` (1),
    ``fallen`` (hundredths of a point, negative where it rose) and ``fallen_before`` (what the forecast before had
    fallen; null where it was the first). A forecast put right later counts as it first stood."""
    first = as_first_made(line)
    fallen = ((pl.col("previous_margin") - pl.col("margin")) * HUNDREDTHS).round().cast(pl.Int64)
    return (
        first.select("project_id", "known_at", fallen=fallen, forecasts=pl.lit(1, dtype=pl.Int64))
        .with_columns(fallen_before=pl.col("fallen").shift(1).over("project_id"))
        .drop_nulls("fallen")
    )


def forecasts(line: pl.DataFrame, subjects: pl.DataFrame) -> pl.DataFrame:
    """The fields of forecasts, and ``forecast_cost_cents``, in the order of ``subjects``.

    ``subjects`` has ``project_id``, ``as_of``, ``baseline_margin``, ``budget_hours`` and ``ends_on`` of the contract.
    """
    now = latest(subjects, line, "project_id")
    before = latest(subjects, line, "project_id", pl.col("as_of").dt.offset_by(f"-{QUARTER}d"))
    frame = now.with_columns(as_of=subjects["as_of"], planned=subjects["ends_on"])
    days = frame.select(
        age=days_from(pl.col("made_at"), pl.col("as_of")),
        slip=days_from(pl.col("planned"), pl.col("forecast_ends_on")),
        moved=days_from(pl.col("previous_forecast_ends_on"), pl.col("forecast_ends_on")),
    )
    return pl.DataFrame({
        "forecast_margin": now["margin"],
        "forecast_margin_change": difference(now["margin"], now["previous_margin"]),
        "forecast_margin_change_84": difference(now["margin"], before["margin"]),
        "forecast_margin_change_from_first": difference(now["margin"], now["first_margin"]),
        "baseline_margin": subjects["baseline_margin"].clip(-MOST_RATIO, MOST_RATIO),
        "forecast_below_baseline": difference(subjects["baseline_margin"], now["margin"]),
        "forecast_hours_of_budget": share(now["forecast_hours"], subjects["budget_hours"], 0, MOST_RATIO),
        "forecast_age_days": days["age"],
        "forecast_count": now["forecast_count"].fill_null(0),
        "forecast_slip_days": days["slip"].clip(-MANY_DAYS, MANY_DAYS),
        "forecast_slip_moved_days": days["moved"],
        "forecast_cost_cents": now["cost_cents"].clip(0, int(MOST)),
    })  # fmt: skip
