"""Approvals to tell of: a few records by hand."""

from datetime import UTC, datetime, timedelta

import polars as pl

from models.reading import normalise

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def at(days):
    """An instant so many days before NOW."""
    return NOW - timedelta(days=days)


def frame(table, rows):
    """Rows in the canonical schema."""
    return normalise(table, pl.DataFrame(rows, infer_schema_length=None)).frame


def approval(**changes):
    return {
        "approval_id": "A", "kind": "expense", "project_id": "P", "requester": "rita", "amount": 900.0,
        "currency": "EUR", "opened_at": at(10), "closed_at": None, "outcome": None, **changes,
    }  # fmt: skip


def step(days, activity, role=None, actor=None, note=None):
    return {
        "approval_id": "A", "at": at(days), "seq": None, "activity": activity, "approver_role": role, "actor": actor,
        "note": note,
    }  # fmt: skip


STEPS = (
    step(10, "submitted", actor="rita"),
    step(8, "returned", "project_manager", "mo", "Please attach the receipt."),
)


def similar(number, requesters=9):
    """Closed approvals of the same kind: one in ten rejected, each a tenth of a day longer than the one before."""
    return [
        approval(
            approval_id=f"S{place}", requester=f"r{place % requesters}", opened_at=at(60), project_id=None,
            closed_at=at(60 - (place + 1) / 10), outcome="rejected" if place % 10 == 0 else "approved",
        )
        for place in range(number)
    ]  # fmt: skip


def records(*, own=None, steps=STEPS, others=(), revisions=(), **tables):
    """Records that hold one approval; its project has a budget of 1,000 of which 300 are spent."""
    project = {
        "project_id": "P", "currency": "EUR", "contract_value": 1_250.0, "baseline_margin": 0.2, "manager_id": "mo",
        "starts_on": "2026-01-01",
    }  # fmt: skip
    cost = {"project_id": "P", "period": "2026-01-01", "cost": 300.0}
    made = {
        "projects": frame("projects", [project]),
        "actuals": frame("actuals", [cost]),
        "approvals": frame("approvals", [own or approval(), *others]),
        "approval_events": frame("approval_events", list(steps)),
    }
    if revisions:
        made["revisions"] = frame("revisions", list(revisions))
    return made | tables
