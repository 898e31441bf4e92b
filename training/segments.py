"""Calibration by segment: whether a probability can be trusted in this region, for this service line, too."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from models.arrays import Floats, Ints
from models.small_groups import showable
from models.task import Task
from training.intervals import errors_by_luck, events, owners
from training.metrics import expected_calibration_error

FEWEST_ROWS = 500
"""A smaller segment's error says more about luck than about the predictor."""

Group = tuple[Any, Ints]
"""A value of a segment's field, and its rows."""


class Segments(NamedTuple):
    """What may be shown by segment, and how many segments may not, because few persons are in them."""

    shown: list[dict[str, Any]]
    suppressed: int


def segments(task: Task, frame: pl.DataFrame, probability: Floats) -> Segments:
    """The calibration of each value of ``task.segments`` that has enough of the measured rows, largest first.

    A dict each: ``field``, ``value`` (null = not known), ``n``, ``base_rate``, ``forecast`` (the mean probability),
    ``ece``, and ``ece_if_calibrated``, the interval that perfectly calibrated forecasts show on these very rows. Of a
    task about persons, segments of fewer than `models.small_groups.SMALLEST_GROUP` are counted, not shown.
    """
    event, person = events(frame, task.owner), owners(frame, task.owner)
    found, suppressed = [], 0
    for field in task.segments:
        groups = [
            (value, np.sort(rows["row"].to_numpy()))
            for (value,), rows in frame.select(field).with_row_index("row").group_by(field)
        ]
        large = [(value, rows) for value, rows in groups if len(rows) >= FEWEST_ROWS]
        shown = _of_many(large, groups, person) if task.person_level else large
        suppressed += len(large) - len(shown)
        for value, of_segment in shown:
            outcome = frame["outcome"].to_numpy()[of_segment]
            forecast = probability[of_segment]
            found.append(
                {
                    "field": field,
                    "value": value,
                    "n": len(of_segment),
                    "base_rate": float(outcome.mean()),
                    "forecast": float(forecast.mean()),
                    "ece": expected_calibration_error(outcome, forecast),
                    "ece_if_calibrated": if_calibrated(forecast, event[of_segment]),
                }
            )
    place = {field: number for number, field in enumerate(task.segments)}
    return Segments(sorted(found, key=lambda each: (place[each["field"]], -each["n"], str(each["value"]))), suppressed)


def _of_many(large: Sequence[Group], groups: Sequence[Group], person: pl.Series) -> list[Group]:
    """The large groups that hold many persons, each as its value and rows."""
    in_small = [person[rows].unique() for _, rows in groups if len(rows) < FEWEST_ROWS]
    others = set[str]().union(*in_small)
    return showable([((value, rows), set(person[rows].unique())) for value, rows in large], others=others)


def if_calibrated(probability: Floats, event: Ints) -> dict[str, float]:
    """Between which calibration errors perfectly calibrated forecasts lie 95 times in 100, on these very rows."""
    drawn = errors_by_luck(probability, np.unique(event, return_inverse=True)[1])
    low, high = np.quantile(drawn, [0.025, 0.975])
    return {"low": float(low), "high": float(high)}
