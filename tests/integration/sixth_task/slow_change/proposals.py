"""What the task would like to recommend, and the money that waits."""

from collections.abc import Sequence

import polars as pl

from models.actions import Proposal
from models.forecast import Forecast
from models.task import Row


def money(snapshots: pl.DataFrame, probability: pl.Series, expected: pl.DataFrame | None = None) -> pl.DataFrame:
    """The value comes later: deferred, at its probability."""
    known = pl.col("value").is_not_null() & pl.col("currency").is_not_null()
    return snapshots.select("value", "currency", chance=probability).select(
        expected_loss=pl.when(known).then(0.0),
        deferred_amount=pl.when(known).then(pl.col("value") * pl.col("chance")),
        currency=pl.when(known).then("currency"),
    )


def propose(subject_id: str, snapshot: Row, forecast: Forecast) -> Sequence[Proposal]:
    """Nothing where the risk is low or no project is known. The gate decides."""
    if forecast.band == "low" or snapshot["project_id"] is None:
        return ()
    about = {"project_id": snapshot["project_id"], "expected_points": 1.0}
    text = f"{subject_id} is likely ({forecast.chance}) to wait too long for a decision"
    return [Proposal.of(action, about, text) for action in ("propose_forecast_update", "route_to_margin_review")]
