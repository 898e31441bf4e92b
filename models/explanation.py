"""Why a score is what it is, in words, and what would bring it down."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import polars as pl

from models.calibration import Band
from models.predictor import Predictor, Scores
from models.task import Row, Task

SHOWN = 5
"""Reasons worded one by one; the rest are one line, so that the effects still add up."""
REST = "everything_else"
ORDER: dict[Band, int] = {"low": 0, "medium": 1, "high": 2}


@dataclass(frozen=True)
class Reason:
    """One driver of a score. ``effect`` is its part of the log-odds: positive raises the risk."""

    field: str
    value: float | int | str | None
    effect: float
    text: str


@dataclass(frozen=True)
class Change:
    """One field of a change that brings the band down, and the probability after the whole change."""

    field: str
    from_: float | int | None
    to: float | int
    probability: float


def reasons(task: Task, predictor: Predictor, scores: Scores, position: int, row: Row, *, shown: int) -> list[Reason]:
    """The reasons of one scored snapshot, largest effect first.

    Together with ``scores.base`` they add up to its log-odds: where there are more than ``shown``, the last is the sum
    of the others.
    """
    assert scores.effects is not None, "the predictor was not asked to explain"
    effects = scores.effects[position].tolist()
    ordered = sorted(zip(predictor.features.names, effects, strict=True), key=lambda pair: -abs(pair[1]))
    worded = [Reason(field, row[field], effect, task.words[field](row)) for field, effect in ordered[:shown]]
    others = ordered[shown:]
    if others:
        rest = sum(effect for _, effect in others)
        worded.append(Reason(REST, None, rest, f"{len(others)} other fields together"))
    return worded


def turns_green(task: Task, predictor: Predictor, snapshot: pl.DataFrame, band: Band) -> list[Change]:
    """The smallest change of fields that a person can influence that brings the band down; empty where there is none.

    Fewer fields are smaller than more, and of one field the nearer value. Every change was scored before it is given.
    """
    if band == "low":
        return []
    row = snapshot.row(0, named=True)
    candidates = list(_candidates(task, row))
    if not candidates:
        return []
    changed = pl.concat([snapshot.with_columns(**_cells(snapshot, candidate)) for candidate in candidates])
    scores = predictor.score(changed)
    for candidate, probability, after in zip(candidates, scores.probability.tolist(), scores.bands, strict=True):
        if ORDER[after] < ORDER[band]:
            return [Change(field, row[field], value, probability) for field, value in candidate.items()]
    return []


def _candidates(task: Task, row: Row) -> Iterator[dict[str, float]]:
    """All changes of one field, then of two, and so on; within a field the nearest value first."""
    levers: dict[str, Sequence[float]] = {field: lever(row) for field, lever in task.levers.items()}
    usable = [field for field, values in levers.items() if values]
    for count in range(1, len(usable) + 1):
        for fields in combinations(usable, count):
            for values in product(*(levers[field] for field in fields)):
                yield dict(zip(fields, values, strict=True))


def _cells(snapshot: pl.DataFrame, change: dict[str, float]) -> dict[str, pl.Expr]:
    return {field: pl.lit(value, dtype=snapshot.schema[field]) for field, value in change.items()}
