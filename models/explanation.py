"""Why a score is what it is, in words, and what would bring it down."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import polars as pl

from models.arrays import Floats
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
    probability: float | None


def reasons(task: Task, predictor: Predictor, scores: Scores, position: int, row: Row, *, shown: int) -> list[Reason]:
    """The reasons of one scored snapshot, largest effect first.

    Together with ``scores.base`` they add up to its log-odds: where there are more than ``shown``, the last is the sum
    of the others. Fields of one group (see `models.task.Task`) are one reason.
    """
    assert scores.effects is not None, "the predictor was not asked to explain"
    effects = dict(zip(predictor.features.names, scores.effects[position].tolist(), strict=True))
    causes: dict[str, list[str]] = {}
    for field in effects:
        causes.setdefault(task.groups.get(field, field), []).append(field)
    ordered = sorted(causes.values(), key=lambda fields: -abs(sum(effects[field] for field in fields)))
    worded = [_reason(task, row, {field: effects[field] for field in fields}) for fields in ordered[:shown]]
    others = [field for fields in ordered[shown:] for field in fields]
    if others:
        rest = sum(effects[field] for field in others)
        worded.append(Reason(REST, None, rest, f"{len(others)} other fields together"))
    return worded


def _reason(task: Task, row: Row, effects: Mapping[str, float]) -> Reason:
    """Some fields as one reason, worded by the one that pulls hardest where all of them together pull."""
    total = sum(effects.values())
    leading = max(effects, key=lambda field: effects[field] if total >= 0 else -effects[field])
    return Reason(leading, row[leading], total, task.words[leading](row))


def turns_green(task: Task, predictor: Predictor, snapshot: pl.DataFrame, band: Band) -> list[Change]:
    """`all_turn_green` of one snapshot."""
    return all_turn_green(task, predictor, snapshot, [band])[0]


def all_turn_green(
    task: Task, predictor: Predictor, snapshots: pl.DataFrame, bands: Sequence[Band]
) -> list[list[Change]]:
    """The smallest change of each snapshot that brings its band down; empty where there is none.

    Only fields that a person can influence change. Fewer fields are smaller than more, and of one field the nearer
    value. Every change was scored before it is given: all of one size at once, whatever the number of snapshots.
    """
    found: list[list[Change]] = [[] for _ in bands]
    rows = dict(enumerate(snapshots.iter_rows(named=True)))
    open_ = {position: row for position, row in rows.items() if bands[position] != "low"}
    levers = {position: _levers(task, predictor, row) for position, row in open_.items()}
    for size in range(1, max(map(len, levers.values()), default=0) + 1):
        tried = [(position, each) for position in open_ for each in _changes(levers[position], size)]
        if not tried:
            continue
        scores = predictor.score_matrix(_changed(task, predictor, snapshots, rows, tried))
        for (position, change), probability, after in zip(tried, scores.probabilities(), scores.bands, strict=True):
            if position in open_ and ORDER[after] < ORDER[bands[position]]:
                row = open_.pop(position)
                found[position] = [Change(field, row[field], value, probability) for field, value in change.items()]
    return found


def _levers(task: Task, predictor: Predictor, row: Row) -> dict[str, Sequence[float]]:
    """What somebody could still change, of the fields that the predictor reads; the nearest value first."""
    read = set(predictor.features.names)
    return {field: values for field, lever in task.levers.items() if field in read and (values := lever(row))}


def _changes(levers: dict[str, Sequence[float]], size: int) -> Iterator[dict[str, float]]:
    """All changes of so many fields."""
    for fields in combinations(levers, size):
        for values in product(*(levers[field] for field in fields)):
            yield dict(zip(fields, values, strict=True))


def _changed(
    task: Task,
    predictor: Predictor,
    snapshots: pl.DataFrame,
    rows: Mapping[int, Row],
    tried: Sequence[tuple[int, dict[str, float]]],
) -> Floats:
    """The matrix of the changed rows, a line a change, with what follows from the changed fields."""
    features = predictor.features
    if task.derive is not None:
        changed = [{**rows[position], **change} for position, change in tried]
        return features.matrix(task.derive(pl.DataFrame(changed, schema=snapshots.schema, orient="row")))
    wanted = sorted({position for position, _ in tried})
    line = {position: number for number, position in enumerate(wanted)}
    matrix = features.matrix_of([rows[position] for position in wanted])[[line[position] for position, _ in tried]]
    column = {name: number for number, name in enumerate(features.names)}
    for number, (_, change) in enumerate(tried):
        for field, value in change.items():
            matrix[number, column[field]] = features.number(field, value)
    return matrix
