"""How early a predictor speaks up: from its first high band to the event."""

import datetime as dt
from dataclasses import dataclass

import polars as pl

from models.arrays import Floats


@dataclass(frozen=True)
class LeadTime:
    """``days``: median from the first high band of a subject that came to the outcome until the event, the instant at
    which it had come (``resolved_at``: the cutoff, the day by which it was needed or due, the rejection, the forecast);
    null where no such subject was flagged. ``precision``: share of the flagged subjects that came to the outcome.
    """

    days: float | None
    precision: float | None
    flagged: int


def lead_time(frame: pl.DataFrame, probability: Floats, high: float) -> LeadTime:
    """Lead time on measured rows (``subject_id``, ``as_of``, ``outcome``, ``resolved_at``) at the high band."""
    flagged = (
        frame.select("subject_id", "as_of", "outcome", "resolved_at", probability=pl.Series(probability))
        .filter(pl.col("probability") >= high)
        .sort("as_of")
        .unique("subject_id", keep="first", maintain_order=True)
    )
    if flagged.is_empty():
        return LeadTime(None, None, 0)
    hits = flagged.filter("outcome")
    wait = hits.select(wait=pl.col("resolved_at") - pl.col("as_of"))["wait"].median()
    days = wait / dt.timedelta(days=1) if isinstance(wait, dt.timedelta) else None
    return LeadTime(days, hits.height / flagged.height, flagged.height)
