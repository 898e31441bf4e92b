"""All signals of many projects at many instants: one theme after the other, each with the columns it needs."""

import polars as pl

from models.exact import quotient
from models.project_signals.actuals import actuals
from models.project_signals.approvals import approvals
from models.project_signals.changes import change_versions, changes
from models.project_signals.contract import contract, project_versions
from models.project_signals.fields import ProjectFields
from models.project_signals.forecasts import falls, forecast_versions, forecasts, timeline
from models.project_signals.habits import client_habits, manager_habits, milestone_facts
from models.project_signals.hours import hours
from models.project_signals.sums import MOST
from models.project_signals.team import team
from models.project_signals.timeline import latest
from models.project_signals.workload import workload
from models.records import Records

SIGNALS = tuple(ProjectFields.model_fields)
"""The columns that `signals` returns."""


def signals(records: Records, subjects: pl.DataFrame) -> pl.DataFrame:
    """What is known of a project as of an instant: the fields of `ProjectFields`, in the order of ``subjects``.

    ``subjects`` has ``project_id`` and ``as_of``. A subject alone has the same signals, to the byte, as among others.
    """
    projects = project_versions(records)
    change_requests, milestones = change_versions(records), milestone_facts(records)
    line = timeline(forecast_versions(records, projects, change_requests))
    frame = subjects.select("project_id", "as_of")
    frame = frame.hstack(contract(projects, frame))
    frame = frame.hstack(team(records, frame))
    frame = frame.hstack(hours(records, frame)).hstack(workload(records, frame))
    frame = frame.hstack(changes(change_requests, frame)).hstack(approvals(records, frame))
    frame = frame.hstack(client_habits(records, projects, milestones, frame))
    frame = frame.hstack(manager_habits(projects, milestones, falls(line), frame))
    frame = frame.drop("baseline_margin").hstack(forecasts(line, frame))
    frame = frame.hstack(actuals(records, frame))
    revenue = latest(frame, line.select("project_id", "known_at", "revenue_cents"), "project_id")["revenue_cents"]
    return frame.with_columns(
        pl.col("contract_value").clip(-MOST, MOST), quotient(revenue, 100).clip(-MOST, MOST).alias("forecast_revenue")
    ).select(SIGNALS)
