"""What the task would like to recommend about a person-day, and the money that waits on it."""

import datetime as dt
from collections.abc import Sequence

import polars as pl
from pydantic import TypeAdapter, ValidationError

from models.action_params import Id
from models.actions import Proposal
from models.forecast import Forecast
from models.missing_time.subjects import person_of
from models.task import Row

LONGEST_DAY = 24.0
NOTHING = 1 / 60
"""Less than a minute is not missing."""
CURRENCY_CODE = r"^[A-Z]{3}$"
_ID = TypeAdapter(Id)


def money(
    snapshots: pl.DataFrame,
    probability: pl.Series,
    expected: pl.DataFrame | None = None,  # noqa: ARG001 - no amount
) -> pl.DataFrame:
    """Money at risk: ``expected_loss``, ``deferred_amount`` and ``currency`` of each snapshot, null without a rate.

    Missing time defers billing and loses none: the deferred amount is the hours expected to be missing (probability
    times the hours expected and not yet entered) at the bill rate. A currency that is no ISO 4217 code is unknown.
    """
    known = pl.col("bill_rate").is_not_null() & pl.col("currency").str.contains(CURRENCY_CODE).fill_null(value=False)
    missing = (pl.col("expected_hours") - pl.col("known_hours")).clip(lower_bound=0)
    return snapshots.select("expected_hours", "known_hours", "bill_rate", "currency", probability=probability).select(
        expected_loss=pl.when(known).then(0.0),
        deferred_amount=pl.when(known).then(pl.col("probability") * missing * pl.col("bill_rate")),
        currency=pl.when(known).then(pl.col("currency")),
    )


def propose(subject_id: str, snapshot: Row, forecast: Forecast) -> Sequence[Proposal]:
    """Nothing where the risk is low or the time is there; else what could help, mildest first. The gate decides."""
    missing_hours = min(snapshot["expected_hours"] - snapshot["known_hours"], LONGEST_DAY)
    if forecast.band == "low" or missing_hours < NOTHING:
        return ()
    person_id, day = person_of(subject_id), dt.date.fromisoformat(subject_id.rpartition("/")[2])
    about = {"person_id": person_id, "day": day, "missing_hours": missing_hours}
    sentence = f"{missing_hours:.1f} hours of {day} are likely ({forecast.chance}) to be missing when the week closes"
    proposals = [Proposal.of("remind_consultant", about, sentence)]
    project_id = _nameable(snapshot["project_id"])
    if project_id is not None:
        booked = f"the day is booked on {project_id}, so that a draft can be made from the booking"
        proposals.append(Proposal.of("offer_draft_entries", about | {"project_ids": (project_id,)}, booked))
    if forecast.band == "high":
        if project_id is not None:
            waits = f"billing of {project_id} waits for {missing_hours:.1f} hours of {day}"
            proposals.append(Proposal.of("notify_project_manager", about | {"project_id": project_id}, waits))
        accrual = f"{missing_hours:.1f} hours of {day} may need an accrual"
        proposals.append(Proposal.of("route_to_finance_review", about, accrual))
    return proposals


def _nameable(project_id: str | None) -> str | None:
    """The project, unless an action could not name it: too long, or with characters that nobody can see."""
    try:
        return None if project_id is None else _ID.validate_python(project_id)
    except ValidationError:
        return None
