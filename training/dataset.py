"""Labelled snapshots: what a predictor learns from and is measured on."""

import datetime as dt
from dataclasses import dataclass, replace

import polars as pl
from pydantic import BaseModel

from models.arrays import Flags
from models.records import Records
from models.task import Task
from training.sampling import sample

HAPPENED = {
    "outcome": "outcome",
    "resolved_at": "resolved_at",
    "settled_at": "settled_at",
    "amount": "came_to",
    "amount_known_at": "came_to_known_at",
}
"""What a task tells of what happened, and its name beside the fields of a snapshot: one may be an ``amount``, too."""


@dataclass(frozen=True)
class Dataset:
    """Snapshots with their outcomes, a row each, ordered by ``as_of``.

    ``frame`` has ``subject_id``, ``as_of``, the snapshot's fields, ``outcome``, ``resolved_at`` (when that was known)
    and ``settled_at`` (when it would have been known either way: by default the same), and where the task predicts an
    amount ``came_to`` (it) and ``came_to_known_at``. ``unresolved`` counts the rows left out because nobody
    knows yet what happened, ``scheduled`` all rows that there were to build and ``built`` those of the sample.
    """

    frame: pl.DataFrame
    unresolved: int
    scheduled: int = 0
    built: int = 0

    @classmethod
    def of(
        cls,
        task: Task,
        records: Records,
        settings: BaseModel,
        most_rows: int | None = None,
        whole_from: dt.datetime | None = None,
    ) -> "Dataset":
        """The subjects of the records at their scheduled instants: all, or a sample (see `training.sampling.sample`).

        What is not in the sample is not built: a large firm has millions of instants, and a predictor learns little
        from the last of them.
        """
        scheduled = task.scheduled(records, settings)
        subjects = sample(scheduled, most_rows, whole_from)
        snapshots = task.build(records, subjects, settings)
        happened = task.outcome(records, snapshots, settings)
        told = [pl.col(name).alias(kept) for name, kept in HAPPENED.items() if name in happened.columns]
        labelled = snapshots.hstack(happened.select(told))
        if "settled_at" not in happened.columns:
            labelled = labelled.with_columns(settled_at="resolved_at")
        known = labelled.filter(pl.col("outcome").is_not_null())
        return cls(known.sort("as_of", "subject_id"), labelled.height - known.height, scheduled.height, subjects.height)

    @property
    def outcome(self) -> Flags:
        return self.frame["outcome"].to_numpy()

    @property
    def sampled(self) -> dict[str, int]:
        """How many rows of how many were built, for reports."""
        return {"built": self.built, "scheduled": self.scheduled}

    def resolved_by(self, instant: dt.datetime) -> "Dataset":
        """What one could learn from at ``instant``: the rows of which either outcome would have been known by then.

        A request filled in time is known before its deadline, one that is not only on it. Who learns from each as soon
        as it is known has more of the recent ones filled than there were. An amount that became known later is null.
        """
        frame = self.frame.filter(pl.col("settled_at") <= instant)
        if "came_to" in frame.columns:
            frame = frame.with_columns(pl.when(pl.col("came_to_known_at") <= instant).then(pl.col("came_to")))
        return replace(self, frame=frame)

    def asked_from(self, instant: dt.datetime, until: dt.datetime | None = None) -> "Dataset":
        """The rows asked about from ``instant`` on, and before ``until``."""
        frame = self.frame.filter(pl.col("as_of") >= instant)
        return replace(self, frame=frame if until is None else frame.filter(pl.col("as_of") < until))

    def __len__(self) -> int:
        return self.frame.height
