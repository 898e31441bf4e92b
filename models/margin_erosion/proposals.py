"""What the task would like to recommend about a project, and the money that its margin loses."""

from collections.abc import Sequence

import polars as pl

from models.actions import Proposal
from models.forecast import Forecast
from models.margin_erosion.settings import MarginErosionSettings
from models.task import Row

CURRENCY_CODE = r"^[A-Z]{3}$"
MOST_POINTS = 100.0
LEAST_POINTS: float = MarginErosionSettings.model_fields["erosion_points"].default
"""What erosion takes at least: expected of a predictor that gives a probability and no amount."""
STALE_DAYS = 28
"""A forecast older than a reporting month has not seen what came since."""
GAP = 0.03
"""Three points between what is forecast and what is earned, or between the team's rates and the usual ones, are a
finding: it is what counts as erosion."""


def money(snapshots: pl.DataFrame, probability: pl.Series, expected: pl.DataFrame | None = None) -> pl.DataFrame:
    """Money at risk: ``expected_loss``, ``deferred_amount`` and ``currency`` of each snapshot, null without revenue.

    The loss is the revenue at completion times the points expected to be lost (none where the margin is expected to
    grow). Without expected amounts it is the probability times `LEAST_POINTS`. Nothing is deferred. A currency that is
    no ISO 4217 code is unknown.
    """
    points = probability * LEAST_POINTS if expected is None else expected["mean"]
    lost = points.cast(pl.Float64).clip(0, MOST_POINTS)
    known = pl.col("forecast_revenue").is_not_null() & pl.col("currency").str.contains(CURRENCY_CODE).fill_null(
        value=False
    )
    loss = pl.col("forecast_revenue").clip(lower_bound=0) * pl.col("lost") * 0.01
    return snapshots.select("forecast_revenue", "currency", lost=lost).select(
        expected_loss=pl.when(known).then(loss),
        deferred_amount=pl.when(known).then(0.0),
        currency=pl.when(known).then(pl.col("currency")),
    )


def propose(subject_id: str, snapshot: Row, forecast: Forecast) -> Sequence[Proposal]:
    """Nothing where the risk is low; else what could help, mildest first. The gate decides."""
    if forecast.band == "low":
        return ()
    about = {"project_id": subject_id, "expected_points": _points(forecast)}
    return [Proposal.of(action, about, text) for action, text in _worth_proposing(subject_id, snapshot, forecast)]


def _points(forecast: Forecast) -> float:
    """The points expected to be lost, between none and all."""
    mean = (forecast.probability or 0.0) * LEAST_POINTS if forecast.expected is None else forecast.expected.mean
    return round(min(max(mean, 0.0), MOST_POINTS), 1)


def _worth_proposing(project_id: str, snapshot: Row, forecast: Forecast) -> Sequence[tuple[str, str]]:
    """The actions that something in the snapshot speaks for, with that as their text."""
    found = []
    age, gap = snapshot["forecast_age_days"] or 0, snapshot["forecast_above_3_months"] or 0.0
    if gap >= GAP:
        earned, said = snapshot["margin_3_months"], snapshot["forecast_margin"]
        text = f"the last three months of {project_id} earned {earned:.0%}, the forecast still says {said:.0%}"
        found.append(("propose_forecast_update", text))
    elif age > STALE_DAYS:
        found.append(("propose_forecast_update", f"the forecast of {project_id} is {age} days old"))
    unpriced, uncontracted = snapshot["unpriced_change_hours"] or 0.0, snapshot["uncontracted_share"] or 0.0
    if unpriced > 0:
        found.append(("propose_change_request", f"{unpriced:.0f} hours of changes of {project_id} have no price"))
    elif uncontracted >= GAP:
        text = f"{uncontracted:.0%} of the revenue forecast of {project_id} is in no contract and no accepted change"
        found.append(("propose_change_request", text))
    cheaper, short = -(snapshot["team_rate_change"] or 0.0), snapshot["forecast_above_team"] or 0.0
    if cheaper >= GAP:
        text = f"those now on {project_id} bill {cheaper:.0%} less an hour than all so far"
        found.append(("propose_staffing_mix_review", text))
    elif short >= GAP:
        team, said = snapshot["team_margin"], snapshot["forecast_margin"]
        text = f"at their rates those now on {project_id} earn {team:.0%}, the forecast says {said:.0%}"
        found.append(("propose_staffing_mix_review", text))
    if forecast.band == "high":
        text = f"the margin of {project_id} is likely ({forecast.chance}) to erode by its next forecasts"
        found.append(("route_to_margin_review", text))
    return found
