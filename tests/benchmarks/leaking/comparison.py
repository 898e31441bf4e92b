"""What is said of all open subjects at an instant, as bytes, by all records and by those without what came later."""

import datetime as dt
import struct
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
from pydantic import BaseModel

from models.artifact import save
from models.predictor import Predictor
from models.records import Records
from models.task import Task
from training.dataset import Dataset
from training.fit import fit
from training.settings import Settings

Build = Callable[[Records, pl.DataFrame, BaseModel], pl.DataFrame]


@dataclass(frozen=True)
class Compared:
    """How many subjects were compared, and how many were said of the same on both sides, to the bit."""

    rows: int = 0
    identical: int = 0

    def __add__(self, other: "Compared") -> "Compared":
        return Compared(self.rows + other.rows, self.identical + other.identical)

    @property
    def different(self) -> int:
        return self.rows - self.identical


def compare(
    task: Task, predictor: Predictor, sides: tuple[Records, Records], as_of: dt.datetime, build: Build | None = None
) -> Compared:
    """What all records say at ``as_of`` beside what is left of them; ``build`` stands in for the task's own.

    A subject that only one side finds open, or has a snapshot of, is a difference.
    """
    ours, theirs = (said(task, predictor, side, as_of, build or task.build) for side in sides)
    same = sum(theirs.get(subject) == row for subject, row in ours.items())
    return Compared(len(ours.keys() | theirs.keys()), same)


def said(task: Task, predictor: Predictor, records: Records, as_of: dt.datetime, build: Build) -> Mapping[str, bytes]:
    """The bytes of all that is said of each open subject: snapshot, scores, effects, expected amounts and money."""
    subjects = task.open_at(records, as_of)
    snapshots = build(records, subjects, task.settings_of(predictor.settings))
    scores = predictor.score(snapshots, explain=True)
    assert scores.effects is not None
    parts = [
        snapshots.select("subject_id", "as_of", *task.snapshot.model_fields),
        pl.DataFrame({" log-odds": scores.log_odds, " probability": scores.probability, " band": scores.bands}),
        pl.DataFrame(scores.effects, schema=[f" effect of {name}" for name in predictor.features.names]),
        _named(task.money(snapshots, scores.chances(), scores.expected), " money"),
        *([] if scores.expected is None else [_named(scores.expected, " expected")]),
    ]
    whole = pl.concat([part for part in parts if part.width], how="horizontal")
    unbuilt = dict.fromkeys(subjects["subject_id"], b"")
    return unbuilt | {str(row[0]): b"".join(map(_bytes, row)) for row in whole.iter_rows()}


def _named(frame: pl.DataFrame, prefix: str) -> pl.DataFrame:
    return frame.rename({name: f"{prefix} {name}" for name in frame.columns})


def _bytes(cell: object) -> bytes:
    return struct.pack("<d", cell) if isinstance(cell, float) else f"|{cell!r}|".encode()


def learnt(task: Task, records: Records, cut: dt.datetime, settings: Settings) -> Dataset:
    """All that one could learn from at ``cut``. When an amount will be known is then known as little as the amount."""
    known = Dataset.of(task, records, settings.outcome).resolved_by(cut)
    when = [name for name in known.frame.columns if name == "came_to_known_at"]
    return replace(known, frame=known.frame.with_columns(pl.when(pl.col(when) <= cut).then(pl.col(when))))


def learnt_by_both(
    task: Task, records: Records, left: Records, cut: dt.datetime, settings: Settings
) -> tuple[Dataset, Dataset]:
    """What one could learn from at ``cut``, by all records and by what is left of them.

    Where the last thing that is left happened some days earlier, nothing tells that those have passed: so both sides
    learn as far as the records tell that are left.
    """
    end = task.records_end(left)
    until = cut if end is None else min(cut, end)
    return learnt(task, records, until, settings), learnt(task, left, until, settings)


def same_rows(ours: Dataset, theirs: Dataset) -> Compared:
    """The rows that two sides would learn from, snapshots and outcomes, compared as bytes."""
    both = [{row[:2]: b"".join(map(_bytes, row)) for row in each.frame.iter_rows()} for each in (ours, theirs)]
    same = sum(both[1].get(key) == row for key, row in both[0].items())
    return Compared(len(both[0].keys() | both[1].keys()), same)


def sampled(dataset: Dataset, most_rows: int) -> Dataset:
    """The rows, or so many of them that fitting does not take long."""
    if len(dataset) <= most_rows:
        return dataset
    return replace(dataset, frame=dataset.frame.sample(most_rows, seed=0).sort("as_of", "subject_id"))


def files(predictor: Predictor) -> Mapping[str, bytes]:
    """All that is kept of a predictor, by file name."""
    with tempfile.TemporaryDirectory() as folder:
        save(predictor, Path(folder))
        return {file.name: file.read_bytes() for file in Path(folder).iterdir()}


def fitted(task: Task, learn: Dataset, settings: Settings) -> Predictor:
    """A predictor of what was known by then, without a word of progress."""
    return fit(task, learn, settings, str)
