"""What the task would like to recommend about an open request, and the money that waits on it."""

import datetime as dt
from collections.abc import Sequence

import polars as pl

from models.actions import Proposal
from models.exact import quotient
from models.forecast import Forecast
from models.task import Row

DAYS_A_WEEK = 7
CURRENCY_CODE = r"^[A-Z]{3}$"
PLENTY = 1.0
"""Where so many requests or more wait for each free person within reach, looking further may help."""


def money(snapshots: pl.DataFrame, probability: pl.Series, expected: pl.DataFrame | None = None) -> pl.DataFrame:  # noqa: ARG001 - the days say how likely
    """Money at risk: ``expected_loss``, ``deferred_amount`` and ``currency`` of each snapshot, null without a rate.

    A seat that is filled late defers billing and loses none: the deferred amount is the bill rate times the hours that
    the expected days of delay (``expected``, the mean, likely punctuality included) would have held, and no more than
    all hours of the request. These hours are a week's for each person and seven days; without weekly hours they are
    the effort spread over the weeks. Where no delay is predicted, as where hours are unknown, nothing is known.
    """
    spread = pl.col("effort_hours") / pl.col("duration_weeks")
    a_week = pl.coalesce(pl.col("weekly_hours") * pl.col("headcount").fill_null(1), spread)
    coded = pl.col("currency").str.contains(CURRENCY_CODE).fill_null(value=False)
    days = pl.Series("days", [None] * snapshots.height, dtype=pl.Float64) if expected is None else expected["mean"]
    frame = snapshots.select("bill_rate", "currency", "effort_hours", a_week=a_week, coded=coded)
    frame = frame.with_columns(weeks=quotient(days, DAYS_A_WEEK).clip(lower_bound=0))
    late = pl.min_horizontal(pl.col("a_week") * pl.col("weeks"), pl.col("effort_hours"))
    known = pl.col("coded") & pl.col("bill_rate").is_not_null() & pl.col("a_week").is_not_null()
    known &= pl.col("weeks").is_not_null()
    return frame.select(
        expected_loss=pl.when(known).then(0.0),
        deferred_amount=pl.when(known).then(late * pl.col("bill_rate")),
        currency=pl.when(known).then("currency"),
    )


def propose(subject_id: str, snapshot: Row, forecast: Forecast) -> Sequence[Proposal]:
    """Nothing where the risk is low; else what could help, mildest first. The gate decides.

    A wider search is proposed where remote work is not allowed yet and it would reach more people; a contractor where
    the risk is high and too few people are free.
    """
    if forecast.band == "low" or snapshot["needed_by"] is None:
        return ()
    needed_by = dt.date.fromisoformat(snapshot["needed_by"])
    about = {"request_id": subject_id, "needed_by": needed_by, "open_days": min(int(snapshot["days_open"]), 5_000)}
    unlikely = f"it is likely ({forecast.probability:.0%}) that nobody is found by {needed_by}"
    proposals = [Proposal.of("remind_staffing_owner", about, unlikely)]
    if forecast.band == "high":
        late = "" if forecast.expected is None else f", and to take {forecast.expected.mean:.0f} days longer"
        proposals.append(Proposal.of("escalate_staffing_request", about, unlikely + late))
    if _more_elsewhere(snapshot):
        role, region = snapshot["people_role"], snapshot["people_region"]
        wider = f"{role} people have the job role, {region} of them in the region that is asked for"
        proposals.append(Proposal.of("propose_wider_search", about, wider))
    if forecast.band == "high" and _too_few(snapshot):
        proposals.append(Proposal.of("propose_contractor_search", about, "more requests are open than people are free"))
    return tuple(proposals)


def _more_elsewhere(snapshot: Row) -> bool:
    everybody, there = snapshot["people_role"], snapshot["people_region"]
    return snapshot["remote_ok"] != 1 and everybody is not None and there is not None and everybody > there


def _too_few(snapshot: Row) -> bool:
    waiting = snapshot["requests_per_free_person"]
    return waiting is not None and waiting >= PLENTY
