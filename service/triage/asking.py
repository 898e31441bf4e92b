"""What is asked of a task: subjects as snapshots, made from stored records or handed over by the caller."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from pydantic import BaseModel

from models.features import units
from models.neighbourhood import Fetch
from models.point_in_time import INSTANT
from models.predictor import Predictor
from models.task import Task


class SubjectsRefused(Exception):
    """Some subjects cannot be asked about. ``rows`` maps the position of each to what was expected of it."""

    def __init__(self, rows: Mapping[int, str]) -> None:
        super().__init__(f"{len(rows)} subjects cannot be asked about")
        self.rows = rows


@dataclass(frozen=True)
class Asked:
    """Snapshots to predict on, in the order asked, and the subjects for which there is nothing to predict."""

    snapshots: pl.DataFrame
    nothing_to_predict: tuple[str, ...]


def from_records(
    task: Task, predictor: Predictor, subject_ids: Sequence[str], as_of: dt.datetime, fetch: Fetch
) -> Asked:
    """The snapshots of stored subjects, built point in time from their neighbourhood.

    Raises SubjectsRefused for ids that are malformed, unknown, or not open at ``as_of``.
    """
    _refuse(task.malformed(subject_ids))
    subjects = task.parse(subject_ids, [as_of] * len(subject_ids))
    records = task.neighbourhood(subjects, fetch)
    _refuse(task.why_not(records, subjects))
    snapshots = task.build(records, subjects, task.settings_of(predictor.settings))
    predicted = set(snapshots["subject_id"])
    return Asked(snapshots, tuple(subject for subject in subject_ids if subject not in predicted))


def from_snapshots(task: Task, subjects: Sequence[tuple[str, BaseModel]], as_of: dt.datetime) -> Asked:
    """The snapshots that a caller handed over, already validated against the task's contract.

    Raises SubjectsRefused for ids that are malformed.
    """
    ids = [subject_id for subject_id, _ in subjects]
    _refuse(task.malformed(ids))
    rows = [snapshot.model_dump() for _, snapshot in subjects]
    frame = pl.DataFrame(rows, schema=snapshot_schema(task.snapshot))
    head = {"subject_id": pl.Series(ids, dtype=pl.String), "as_of": pl.Series([as_of] * len(ids), dtype=INSTANT)}
    return Asked(frame.select(**head).hstack(frame.get_columns()), ())


def snapshot_schema(snapshot: type[BaseModel]) -> dict[str, Any]:
    """The columns that a snapshot's fields become in a frame."""
    unit = units(snapshot)
    return {
        name: pl.String if unit[name] == "category" else pl.Int64 if _is_whole(field.annotation) else pl.Float64
        for name, field in snapshot.model_fields.items()
    }


def _is_whole(annotation: Any) -> bool:
    return annotation in {int, int | None}


def refusals(reasons: Iterable[str | None]) -> dict[int, str]:
    """The reasons that there are, by position."""
    return {row: str(why) for row, why in enumerate(reasons) if why is not None}


def _refuse(reasons: pl.Series) -> None:
    rows = refusals(reasons)
    if rows:
        raise SubjectsRefused(rows)
