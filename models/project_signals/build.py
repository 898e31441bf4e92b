"""All signals of many projects at many instants: one theme after the other, each with the columns it needs."""

import polars as pl

from models.exact import quotient
from models.point_in_time import zones
from models.project_signals.actuals import actuals
from models.project_signals.approvals import approvals
from models.project_signals.candour import candour
from models.project_signals.changes import changes
from models.project_signals.contract import contract
from models.project_signals.fields import ProjectFields
from models.project_signals.forecasts import forecasts
from models.project_signals.habits import client_habits, manager_habits
from models.project_signals.hours import hours
from models.project_signals.past import Past
from models.project_signals.sums import MOST
from models.project_signals.team import team
from models.project_signals.timeline import latest
from models.project_signals.workload import workload

SIGNALS = tuple(ProjectFields.model_fields)
"""The columns that `signals` returns."""


def signals(past: Past, subjects: pl.DataFrame) -> pl.DataFrame:
    """What is known of a project as of an instant: the fields of `ProjectFields`, in the order of ``subjects``.

    ``subjects`` has ``project_id`` and ``as_of``. A subject alone has the same signals, to the byte, as among others.
    """
    records, projects, line = past.records, past.projects, past.line
    frame = subjects.select("project_id", "as_of")
    frame = frame.hstack(contract(projects, frame))
    frame = frame.hstack(team(records, past.bookings, frame))
    frame = frame.hstack(hours(past.entries, past.first_entries, zones(records), frame))
    frame = frame.hstack(workload(past.workload, frame))
    frame = frame.hstack(changes(past.changes, frame)).hstack(approvals(records, frame))
    frame = frame.hstack(client_habits(records, projects, past.milestones, frame))
    frame = frame.hstack(manager_habits(projects, past.milestones, past.falls, frame))
    frame = frame.hstack(candour(projects, past.falls, line, past.months, frame))
    frame = frame.drop("baseline_margin").hstack(forecasts(line, frame))
    frame = frame.hstack(actuals(past.actuals, frame))
    revenue = latest(frame, line.select("project_id", "known_at", "revenue_cents"), "project_id")["revenue_cents"]
    return frame.with_columns(
        pl.col("contract_value").clip(-MOST, MOST), quotient(revenue, 100).clip(-MOST, MOST).alias("forecast_revenue")
    ).select(SIGNALS)
