"""What the task would like to recommend about a milestone, and the money that waits on it."""

import datetime as dt
from collections.abc import Sequence

import polars as pl
from pydantic import ValidationError

from models.action_params import BillingForecastParams, MilestoneParams
from models.actions import Proposal
from models.forecast import Forecast
from models.milestone_miss.snapshot import ACHIEVED, PLANNED
from models.task import Row

COST_OF_CAPITAL = 0.08
"""What a year of waiting for money costs, as a share of it: about the weighted cost of capital of services firms."""
DAYS_A_YEAR = 365
COST_A_DAY = COST_OF_CAPITAL / DAYS_A_YEAR
MOST_DAYS_LATE = 730
"""What the parameters of a forecast update can say at most."""
CURRENCY_CODE = r"^[A-Z]{3}$"
_LACKS = ("is not achieved yet", "is not accepted yet", "is accepted and not billed yet")


def money(snapshots: pl.DataFrame, probability: pl.Series, expected: pl.DataFrame | None = None) -> pl.DataFrame:
    """Money at risk: ``expected_loss``, ``deferred_amount`` and ``currency`` of each snapshot, null without an amount.

    The amount times the probability is deferred; what is lost is the cost of capital of the days that it is expected
    late (null where no days are expected). A currency that is no ISO 4217 code is unknown.
    """
    known = (pl.col("amount") >= 0) & pl.col("currency").str.contains(CURRENCY_CODE).fill_null(value=False)
    days = pl.repeat(None, snapshots.height, dtype=pl.Float64, eager=True) if expected is None else expected["mean"]
    late = pl.col("days").clip(lower_bound=0)
    return snapshots.select("amount", "currency", probability=probability, days=days).select(
        expected_loss=pl.when(known).then(pl.col("amount") * late * COST_A_DAY),
        deferred_amount=pl.when(known).then(pl.col("amount") * pl.col("probability")),
        currency=pl.when(known).then(pl.col("currency")),
    )


def propose(subject_id: str, snapshot: Row, forecast: Forecast) -> Sequence[Proposal]:
    """Nothing where the risk is low; else what could help, mildest first. The gate decides.

    ``snapshot`` has ``as_of`` beside its fields. A milestone whose ids an action could not name has no proposal.
    """
    about = _about(subject_id, snapshot)
    if forecast.band == "low" or about is None:
        return ()
    stage, due = snapshot["stage"], f"due on {about.due_on}"
    likely = "" if forecast.probability is None else f" ({forecast.probability:.0%})"
    reminder = f"{subject_id}, {due}, {_LACKS[stage]} and is likely{likely} to be billed late"
    proposals = [Proposal("remind_milestone_owner", about, _short(reminder))]
    if stage == ACHIEVED:
        waits = f"{subject_id} was achieved {snapshot['days_in_stage']} days ago and waits for the client's acceptance"
        proposals.append(Proposal("draft_acceptance_request", about, _short(waits)))
    if (update := _forecast_update(about, snapshot, forecast)) is not None:
        proposals.append(update)
    if forecast.band == "high":
        lead = "its work" if stage == PLANNED else "its paperwork"
        proposals.append(Proposal("escalate_milestone", about, _short(f"{subject_id}, {due}: {lead} needs a decision")))
    return proposals


def _forecast_update(about: MilestoneParams, snapshot: Row, forecast: Forecast) -> Proposal | None:
    """That the billing forecast should move: the risk is high, or the work is done and its acceptance waits too long.

    Firms forecast billing by month, so waiting too long is to be billed after the end of the month in which it is due.
    The milestone is billed on the expected day, or today where that has passed or no days are expected.
    """
    late = dt.timedelta(days=0 if forecast.expected is None else round(forecast.expected.mean))
    billed_on = max(about.due_on + late, snapshot["as_of"].date())
    days = min((billed_on - about.due_on).days, MOST_DAYS_LATE)
    crosses = (billed_on.year, billed_on.month) > (about.due_on.year, about.due_on.month)
    if days < 1 or not (forecast.band == "high" or (snapshot["stage"] == ACHIEVED and crosses)):
        return None
    params = BillingForecastParams(**about.model_dump(), days_late=days)
    month = ", after the month in which it is due" if crosses else ""
    said = f"{about.milestone_id}, due on {about.due_on}, is expected to be billed {days} days late{month}"
    return Proposal("propose_billing_forecast_update", params, _short(said))


def _about(subject_id: str, snapshot: Row) -> MilestoneParams | None:
    due_on = snapshot["as_of"].date() + dt.timedelta(days=snapshot["days_to_due"])
    try:
        return MilestoneParams(milestone_id=subject_id, project_id=snapshot["project_id"], due_on=due_on)
    except ValidationError:
        return None


def _short(text: str) -> str:
    return text[:500]
