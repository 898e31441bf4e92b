"""Labelled snapshots: what a predictor learns from and is measured on."""

import datetime as dt
from dataclasses import dataclass

import polars as pl
from pydantic import BaseModel

from models.arrays import Flags
from models.records import Records
from models.task import Task


@dataclass(frozen=True)
class Dataset:
    """Snapshots with their outcomes, a row each, ordered by ``as_of``.

    ``frame`` has ``subject_id``, ``as_of``, the snapshot's fields, ``outcome`` and ``resolved_at``. ``unresolved``
    counts the subjects left out because nobody knows yet what happened.
    """

    frame: pl.DataFrame
    unresolved: int

    @classmethod
    def of(cls, task: Task, records: Records, settings: BaseModel) -> "Dataset":
        """All subjects of the records at their scheduled instants."""
        snapshots = task.build(records, task.scheduled(records, settings), settings)
        labelled = snapshots.with_columns(
            task.outcome(records, snapshots, settings).select("outcome", "resolved_at").get_columns()
        )
        known = labelled.filter(pl.col("outcome").is_not_null())
        return cls(known.sort("as_of", "subject_id"), labelled.height - known.height)

    @property
    def outcome(self) -> Flags:
        return self.frame["outcome"].to_numpy()

    def resolved_by(self, instant: dt.datetime) -> "Dataset":
        """What one could learn from at ``instant``: the rows whose outcome was known by then."""
        return Dataset(self.frame.filter(pl.col("resolved_at") <= instant), self.unresolved)

    def asked_from(self, instant: dt.datetime, until: dt.datetime | None = None) -> "Dataset":
        """The rows asked about from ``instant`` on, and before ``until``."""
        frame = self.frame.filter(pl.col("as_of") >= instant)
        return Dataset(frame if until is None else frame.filter(pl.col("as_of") < until), self.unresolved)

    def __len__(self) -> int:
        return self.frame.height
