"""Rows of a small firm: one project and its forecasts, worded briefly."""

import datetime as dt

import polars as pl

from models.margin_erosion.subjects import parse
from models.records import Records
from tests.models.future import Row, Tables, frames, row

MONDAY = dt.datetime(2025, 3, 3, 6, tzinfo=dt.UTC)
"""The instant that small firms are asked about."""


def after(days: float) -> dt.datetime:
    """So many days after `MONDAY`; before it where negative."""
    return MONDAY + dt.timedelta(days=days)


def project(project_id: str = "P", **cells: object) -> Row:
    return row("projects", **{"project_id": project_id, "starts_on": dt.date(2025, 1, 6), **cells})


def forecast(days: float, cost: float, revenue: float | None = 100.0, project_id: str = "P", **cells: object) -> Row:
    """A forecast made so many days after `MONDAY`."""
    return row(
        "forecasts", project_id=project_id, made_at=after(days), cost_at_completion=cost,
        revenue_at_completion=revenue, **cells,
    )  # fmt: skip


def change(days: float, value: float | None, *, decided: float | None = None, accepted: bool | None = None) -> Row:
    """A change request of P, raised and decided so many days after `MONDAY`."""
    return row(
        "change_requests", change_id=f"C{days}", project_id="P", raised_at=after(days), value=value,
        decided_at=None if decided is None else after(decided), accepted=accepted,
    )  # fmt: skip


def records_of(*rows: Row, **tables: list[Row]) -> Records:
    """The forecasts given, of one project where no others are, with the other tables."""
    whole: Tables = {"projects": [project()], "forecasts": list(rows), "revisions": [], **tables}
    return frames(whole)


def asked(project_id: str = "P", as_of: dt.datetime = MONDAY) -> pl.DataFrame:
    return parse([project_id], [as_of])
