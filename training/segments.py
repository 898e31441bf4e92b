"""Calibration by segment: whether a probability can be trusted in this region, for this service line, too."""

from typing import Any

import numpy as np
import polars as pl

from models.arrays import Floats, Ints
from models.task import Task
from training.intervals import errors_by_luck, events
from training.metrics import expected_calibration_error

FEWEST_ROWS = 500
"""A smaller segment's error says more about luck than about the predictor."""


def segments(task: Task, frame: pl.DataFrame, probability: Floats) -> list[dict[str, Any]]:
    """The calibration of each value of ``task.segments`` that has enough of the measured rows, largest first.

    A dict each: ``field``, ``value`` (null = not known), ``n``, ``base_rate``, ``forecast`` (the mean probability),
    ``ece``, and ``ece_if_calibrated``, the interval that perfectly calibrated forecasts show on these very rows.
    """
    event = events(frame, task.owner)
    found = []
    for field in task.segments:
        for (value,), rows in frame.select(field).with_row_index("row").group_by(field):
            if rows.height < FEWEST_ROWS:
                continue
            of_segment = np.sort(rows["row"].to_numpy())
            outcome = frame["outcome"].to_numpy()[of_segment]
            forecast = probability[of_segment]
            found.append(
                {
                    "field": field,
                    "value": value,
                    "n": rows.height,
                    "base_rate": float(outcome.mean()),
                    "forecast": float(forecast.mean()),
                    "ece": expected_calibration_error(outcome, forecast),
                    "ece_if_calibrated": if_calibrated(forecast, event[of_segment]),
                }
            )
    place = {field: number for number, field in enumerate(task.segments)}
    return sorted(found, key=lambda each: (place[each["field"]], -each["n"], str(each["value"])))


def if_calibrated(probability: Floats, event: Ints) -> dict[str, float]:
    """Between which calibration errors perfectly calibrated forecasts lie 95 times in 100, on these very rows."""
    drawn = errors_by_luck(probability, np.unique(event, return_inverse=True)[1])
    low, high = np.quantile(drawn, [0.025, 0.975])
    return {"low": float(low), "high": float(high)}
