"""How good the expected amounts were: how often the interval held, and how far off the percentiles were."""

from typing import Any

import polars as pl

from models.forecast import AMOUNTS
from models.task import Task
from training.amounts import amount_loss
from training.dataset import Dataset


def amount_figures(task: Task, measure: Dataset, expected: pl.DataFrame | None) -> dict[str, Any] | None:
    """The figures of expected amounts on measured rows, None where the task expects none or no amount is known.

    ``coverage`` is the share of amounts from the 10th to the 90th percentile, ends included: .8 where both are right.
    ``pinball`` is the pinball loss of each percentile and ``mean_error`` how far the mean was off, both in ``unit``.
    """
    if task.expected is None or expected is None:
        return None
    rows = measure.frame.select("came_to").hstack(expected.select(AMOUNTS)).drop_nulls("came_to").cast(pl.Float64)
    if rows.is_empty():
        return None
    amount, found = rows["came_to"].to_numpy(), {name: rows[name].to_numpy() for name in AMOUNTS}
    return {
        "unit": task.expected,
        "n": rows.height,
        "coverage": float(((found["p10"] <= amount) & (amount <= found["p90"])).mean()),
        "pinball": {name: amount_loss(name, amount, found[name]) for name in AMOUNTS if name != "mean"},
        "mean_error": float((found["mean"] - amount).mean()),
    }
