"""Labels: what was recommended, what people decided, and what was done, for looking at interventions apart from luck.

The service exports them and the lab reads them; this file is what the two agree on.
"""

from collections.abc import Mapping
from enum import StrEnum

import polars as pl

_INSTANT = pl.Datetime("us", "UTC")

LABELS: Mapping[str, pl.DataType] = {
    "task": pl.String(),
    "subject_id": pl.String(),
    "as_of": _INSTANT,
    "answer_id": pl.String(),
    "model_version": pl.String(),
    "probability": pl.Float64(),
    "jti": pl.String(),
    "action": pl.String(),
    "recommended_at": _INSTANT,
    "decision": pl.String(),
    "decided_at": _INSTANT,
    "reason_code": pl.String(),
    "approval": pl.String(),
    "work": pl.String(),
    "happened_at": _INSTANT,
}
"""The columns: a row a recommendation, and one a trouble for which nothing was recommended (``action`` is null).

``probability`` is the forecast at ``as_of``, null where it is not kept any more. ``decision`` is *accept* or *dismiss*,
of the recommendation or else of the exception that it was shown in, or *contest*; ``approval``, ``work`` and
``happened_at`` are what the engine reported last.
"""


class Done(StrEnum):
    """What was done about a subject at an instant."""

    ACTED = "acted"
    NOT_ACTED = "not_acted"
    DISMISSED = "dismissed"
    NOT_RECOMMENDED = "no_recommendation"


def what_was_done(labels: pl.DataFrame) -> pl.DataFrame:
    """By ``task``, ``subject_id`` and ``as_of``: ``done`` (see `Done`) and ``probability``.

    Of several recommendations one that was acted on counts most, then one that nobody acted on. One that was accepted
    and of which no work is reported was not acted on, as far as anybody knows.
    """
    acted = pl.col("work").is_in(["done", "partly"]).fill_null(value=False)
    dismissed = (pl.col("decision") == "dismiss").fill_null(value=False)
    recommended = pl.col("action").is_not_null()
    return (
        labels.group_by("task", "subject_id", "as_of")
        .agg(
            pl.col("probability").drop_nulls().first(),
            done=pl.when(acted.any())
            .then(pl.lit(Done.ACTED.value))
            .when(~recommended.any())
            .then(pl.lit(Done.NOT_RECOMMENDED.value))
            .when(dismissed.filter(recommended).all())
            .then(pl.lit(Done.DISMISSED.value))
            .otherwise(pl.lit(Done.NOT_ACTED.value)),
        )
        .sort("task", "as_of", "subject_id")
    )
