"""What the same model would say, were some fields of a snapshot other than they are. It recommends nothing.

A model has seen what went together, not what follows from what: a what-if tells how the score depends on a field, and
not that somebody who changes it changes the outcome.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from pydantic import ValidationError

from models.calibration import Band
from models.forecast import Expected
from models.money import MoneyAtRisk
from models.predictor import Predictor, Scores
from models.task import Row, Task


class ChangesRefused(Exception):
    """Some changes do not make a snapshot of the task. ``fields`` maps each field to what was expected of it."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{field}: {expected}" for field, expected in fields.items()))
        self.fields = fields


@dataclass(frozen=True)
class Side:
    """What is said of the snapshot on one side of the change."""

    probability: float | None
    log_odds: float
    band: Band
    expected: Expected | None
    money: MoneyAtRisk


@dataclass(frozen=True)
class EffectChange:
    """A field whose part of the log-odds is another after the change, in words as it is afterwards."""

    field: str
    from_: float | int | str | None
    to: float | int | str | None
    before: float
    after: float
    text: str


@dataclass(frozen=True)
class WhatIf:
    """Both sides. The differences of ``effects``, largest first, add up to that of the log-odds.

    ``changed`` is the snapshot after the change.
    """

    before: Side
    after: Side
    effects: list[EffectChange]
    changed: Row


def what_if(task: Task, predictor: Predictor, snapshot: pl.DataFrame, changes: Mapping[str, Any]) -> WhatIf:
    """Scores one snapshot as it is and with ``changes``, a value by field; any field of the task may change.

    Raises ChangesRefused for a field that the task does not have, or a value that its contract does not take.
    """
    row = snapshot.row(0, named=True)
    changed = _validated(task, row, changes)
    cells = {field: pl.lit(value, dtype=snapshot.schema[field]) for field, value in changed.items()}
    both = pl.concat([snapshot, snapshot.with_columns(**cells)])
    scores = predictor.score(both, explain=True)
    before, after = _sides(task, both, scores)
    after_row = both.row(1, named=True)
    return WhatIf(before, after, _effects(task, predictor, scores, row, after_row), after_row)


def _validated(task: Task, row: Row, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes as the contract reads them."""
    fields = task.snapshot.model_fields
    unknown = {field: f"no field of {task.name}" for field in changes if field not in fields}
    if unknown:
        raise ChangesRefused(unknown)
    try:
        read = task.snapshot.model_validate({field: row[field] for field in fields} | dict(changes))
    except ValidationError as error:
        findings = error.errors(include_input=False, include_url=False, include_context=False)
        raise ChangesRefused({str((*found["loc"], "changes")[0]): found["msg"] for found in findings}) from None
    return {field: getattr(read, field) for field in changes}


def _sides(task: Task, both: pl.DataFrame, scores: Scores) -> list[Side]:
    money = task.money(both, scores.chances(), scores.expected)
    return [
        Side(forecast.probability, log_odds, forecast.band, forecast.expected, MoneyAtRisk(**at_risk))
        for forecast, log_odds, at_risk in zip(
            scores.forecasts(), scores.log_odds.tolist(), money.iter_rows(named=True), strict=True
        )
    ]


def _effects(task: Task, predictor: Predictor, scores: Scores, row: Row, changed: Row) -> list[EffectChange]:
    assert scores.effects is not None
    before, after = scores.effects.tolist()
    moved = [
        EffectChange(field, row[field], changed[field], was, is_, task.words[field](changed))
        for field, was, is_ in zip(predictor.features.names, before, after, strict=True)
        if was != is_
    ]
    return sorted(moved, key=lambda each: -abs(each.after - each.before))
