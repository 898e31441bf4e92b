"""What the task would like to recommend about a time entry, and the money that could be lost with it."""

import datetime as dt
from collections.abc import Sequence

import polars as pl
from pydantic import TypeAdapter, ValidationError

from models.action_params import Id
from models.actions import Proposal
from models.forecast import Forecast
from models.task import Row

CURRENCY_CODE = r"^[A-Z]{3}$"
_ID = TypeAdapter(Id)


def money(
    snapshots: pl.DataFrame,
    probability: pl.Series,
    expected: pl.DataFrame | None = None,  # noqa: ARG001 - no amount
) -> pl.DataFrame:
    """Money at risk: ``expected_loss``, ``deferred_amount`` and ``currency`` of each snapshot.

    The loss is the entry's hours at its bill rate, times the probability; nothing is deferred. All are null without a
    rate, or without a probability. A currency that is no ISO 4217 code is unknown.
    """
    chance = pl.col("probability").cast(pl.Float64).fill_nan(None)
    known = (
        pl.col("bill_rate").is_not_null()
        & pl.col("currency").str.contains(CURRENCY_CODE).fill_null(value=False)
        & chance.is_not_null()
    )
    return snapshots.select("hours", "bill_rate", "currency", probability=probability).select(
        expected_loss=pl.when(known).then(chance * pl.col("hours") * pl.col("bill_rate")),
        deferred_amount=pl.when(known).then(0.0),
        currency=pl.when(known).then(pl.col("currency")),
    )


def propose(subject_id: str, snapshot: Row, forecast: Forecast) -> Sequence[Proposal]:
    """Nothing where the risk is low; else who might look at the entry, its own person first. The gate decides.

    The same sentences are shown to the person whose entry it is: they say what was seen, and blame nobody.
    """
    person_id = snapshot["person_id"]
    if forecast.band == "low" or not (_nameable(person_id) and _nameable(subject_id)):
        return ()
    day = dt.date.fromisoformat(snapshot["worked_on"])
    about = {"entry_id": subject_id, "person_id": person_id, "day": day}
    worded = f"{snapshot['hours']:.1f} hours of {day}"
    seen = f"{worded} look unusual; a second look now may save a correction later"
    if forecast.probability is not None:
        seen = f"entries like {worded} come back for a correction in {forecast.probability:.0%} of cases"
    proposals = [Proposal.of("ask_consultant_to_check_entry", about, seen)]
    high = forecast.band == "high"
    if snapshot["project_id"] is not None and (high or snapshot["submitted"]):
        routed = f"the project's manager can tell whether {worded} are as agreed"
        proposals.append(Proposal.of("route_entry_to_project_manager", about, routed))
    if high and snapshot["submitted"]:
        waits = f"{worded} could wait for a reviewer before they are billed"
        proposals.append(Proposal.of("hold_entry_for_review", about, waits))
    return proposals


def _nameable(name: str) -> bool:
    """Whether an action can name it: not too long, and without characters that nobody can see."""
    try:
        _ID.validate_python(name)
    except ValidationError:
        return False
    return True
