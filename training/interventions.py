"""Interventions beside luck: what was forecast, what really came, by what was done in between. It is no experiment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from pydantic import BaseModel

from models.arrays import Floats, Ints
from models.labels import LABELS, Done, what_was_done
from models.records import Records
from models.small_groups import showable, too_small
from models.task import Task
from training.intervals import Interval, bootstrap, clusters, owners

WARNING = (
    "This is no experiment: nobody drew lots for what was acted on. People act where they expect it to help, or where "
    "it burns, so the groups differed before anything was done. A difference here is a question, not an effect."
)


class LabelsRefusedError(Exception):
    """The file holds no labels of this task; the message says what was expected."""


@dataclass(frozen=True)
class Group:
    """Subjects about which the same was done. ``difference`` is what came less what was forecast, of those of which the
    forecast is kept (``with_forecast``); negative: less came than was feared.
    """

    done: Done
    n: int
    came: float
    with_forecast: int
    forecast: float | None
    difference: Interval | None


@dataclass(frozen=True)
class Interventions:
    """The groups that are large enough to be shown. ``acted_less_not`` is by how much the differences of those acted on
    and of those not acted on differ. ``unresolved``: nobody knows yet, or will, what came.
    """

    task: str
    groups: Sequence[Group]
    acted_less_not: Interval | None
    suppressed: Sequence[Done]
    unresolved: int
    unknown: int


def read_labels(task: Task, file: Path) -> pl.DataFrame:
    """The labels of one task. Raises LabelsRefusedError."""
    try:
        frame = pl.read_parquet(file)
    except (pl.exceptions.PolarsError, OSError):
        raise LabelsRefusedError(
            f"{file} cannot be read as Parquet; expected what bellwether labels export writes"
        ) from None
    wrong = [name for name, dtype in LABELS.items() if frame.schema.get(name) != dtype]
    if wrong:
        raise LabelsRefusedError(
            f"{wrong[0]} in {file} is not a column of {LABELS[wrong[0]]}; see bellwether labels export"
        )
    mine = frame.filter(pl.col("task") == task.name)
    if mine.is_empty():
        raise LabelsRefusedError(f"{file} holds no labels of {task.name}")
    return mine


def interventions(task: Task, records: Records, labels: pl.DataFrame, settings: BaseModel) -> Interventions:
    """What came of the subjects of these labels, by what was done. The outcome is the task's own, by the records."""
    done = what_was_done(labels)
    well_formed = task.malformed(done["subject_id"].to_list()).is_null()
    known = done.filter(well_formed)
    subjects = task.parse(known["subject_id"].to_list(), known["as_of"].to_list())
    subjects = subjects.filter(task.why_not(records, subjects).is_null())
    snapshots = task.build(records, subjects, settings)
    came = snapshots.hstack(task.outcome(records, snapshots, settings).select(came=pl.col("outcome")))
    rows = (
        came.with_columns(owner=owners(came, task.owner), cluster=pl.Series(clusters(came, task.owner)))
        .select("subject_id", "as_of", "came", "owner", "cluster")
        .join(done, on=["subject_id", "as_of"], how="inner")
    )
    resolved = rows.filter(pl.col("came").is_not_null())
    shown = _showable(task, resolved)
    return Interventions(
        task=task.name,
        groups=[_group(each, resolved.filter(pl.col("done") == each)) for each in shown],
        acted_less_not=_acted_less_not(resolved) if {Done.ACTED, Done.NOT_ACTED} <= set(shown) else None,
        suppressed=[each for each in Done if each not in shown and each in resolved["done"]],
        unresolved=rows.height - resolved.height,
        unknown=done.height - rows.height,
    )


def _showable(task: Task, rows: pl.DataFrame) -> list[Done]:
    """Groups of at least five persons where it is about persons, else of at least five rows."""
    found = [(each, rows.filter(pl.col("done") == each)["owner"].to_list()) for each in Done]
    if task.person_level:
        return showable([(each, persons) for each, persons in found if persons])
    return [each for each, members in found if not too_small(len(members))]


def _group(done: Done, rows: pl.DataFrame) -> Group:
    with_forecast = rows.filter(pl.col("probability").is_not_null())
    compared = not with_forecast.is_empty()
    return Group(
        done=done,
        n=rows.height,
        came=float(rows["came"].cast(pl.Float64).to_numpy().mean()),
        with_forecast=with_forecast.height,
        forecast=float(with_forecast["probability"].to_numpy().mean()) if compared else None,
        difference=bootstrap(_mean(_gap(with_forecast)), _numbers(with_forecast)) if compared else None,
    )


def _acted_less_not(rows: pl.DataFrame) -> Interval | None:
    both = rows.filter(pl.col("probability").is_not_null(), pl.col("done").is_in([Done.ACTED, Done.NOT_ACTED]))
    acted, gap = (both["done"] == Done.ACTED).to_numpy(), _gap(both)
    if acted.all() or not acted.any():
        return None

    def figure(weight: Floats) -> float:
        return _mean(gap)(weight * acted) - _mean(gap)(weight * ~acted)

    return bootstrap(figure, _numbers(both))


def _gap(rows: pl.DataFrame) -> Floats:
    return (rows["came"].cast(pl.Float64) - rows["probability"]).to_numpy()


def _mean(values: Floats) -> Callable[[Floats], float]:
    def mean(weight: Floats) -> float:
        total = weight.sum()
        return float((values * weight).sum() / total) if total else float("nan")

    return mean


def _numbers(rows: pl.DataFrame) -> Ints:
    return rows["cluster"].rank("dense").cast(pl.Int64).to_numpy() - 1
