"""Scores as users get them: one row a subject and instant, with band and money at risk."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from models.predictor import Predictor, Scores
from models.records import Records
from models.task import Task

FORECASTS = ("subject_id", "as_of", "probability", "band", "expected_loss", "deferred_amount", "currency")
"""The columns of a forecast, in the order in which they are written."""


class SubjectsRefusedError(Exception):
    """The subjects of a scoring run cannot be asked about; the message names the row and what was expected."""


def open_subjects(task: Task, records: Records, as_ofs: Sequence[dt.datetime]) -> pl.DataFrame:
    """All subjects of the records that are open at any of the instants."""
    return pl.concat([task.open_at(records, as_of) for as_of in as_ofs])


def subjects_of(task: Task, records: Records, file: Path) -> pl.DataFrame:
    """The subjects of a Parquet file with ``subject_id`` and ``as_of``. Raises SubjectsRefusedError."""
    try:
        frame = pl.read_parquet(file)
    except (pl.exceptions.PolarsError, OSError):
        raise SubjectsRefusedError(f"{file} cannot be read as Parquet; expected subject_id and as_of in it") from None
    missing = {"subject_id", "as_of"} - set(frame.columns)
    if missing:
        raise SubjectsRefusedError(f"{file} has no column {min(missing)}; expected subject_id and as_of")
    dtype = frame.schema["as_of"]
    if not isinstance(dtype, pl.Datetime) or dtype.time_zone is None:
        raise SubjectsRefusedError(f"as_of in {file} is {dtype}; expected instants with a zone")
    if frame["as_of"].null_count():
        _refuse(file, frame, pl.select(why=pl.when(frame["as_of"].is_null()).then(pl.lit("as_of is null")))["why"])
    as_ofs = frame["as_of"].dt.convert_time_zone("UTC").to_list()
    subject_ids = frame["subject_id"].cast(pl.String).fill_null("").to_list()
    _refuse(file, frame, task.malformed(subject_ids))
    subjects = task.parse(subject_ids, as_ofs)
    _refuse(file, frame, task.why_not(records, subjects))
    return subjects


def _refuse(file: Path, frame: pl.DataFrame, why: pl.Series) -> None:
    """Raises SubjectsRefusedError for the first row that has a reason."""
    if why.is_not_null().any():
        row = int(why.is_not_null().arg_true()[0])
        raise SubjectsRefusedError(f"row {row + 1} of {file}, subject_id {frame['subject_id'][row]}: {why[row]}")


def score(task: Task, predictor: Predictor, records: Records, subjects: pl.DataFrame, version: str) -> pl.DataFrame:
    """The scores of those subjects for which the task has something to predict, in their order."""
    snapshots = task.build(records, subjects, task.settings_of(predictor.settings))
    return forecasts(task, snapshots, predictor.score(snapshots)).with_columns(model_version=pl.lit(version))


def forecasts(task: Task, snapshots: pl.DataFrame, scores: Scores) -> pl.DataFrame:
    """What is written of scored snapshots, a row each: the columns of `FORECASTS`."""
    probability = scores.chances()
    return (
        snapshots.select("subject_id", "as_of")
        .with_columns(probability, pl.Series("band", scores.bands, dtype=pl.String))
        .with_columns(*task.money(snapshots, probability, scores.expected).get_columns())
        .select(*FORECASTS)
    )
