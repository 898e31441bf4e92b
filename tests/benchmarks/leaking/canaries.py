"""Leaks planted on purpose: each is a builder that looks ahead in another way, and has to be caught.

They know no task and no field, so that they can be planted in any task of the catalog.
"""

import datetime as dt
from collections.abc import Callable, Mapping

import polars as pl
from pydantic import BaseModel

from models.features import units
from models.point_in_time import known_rows
from models.records import TABLES, Kind, Records
from models.task import Task

from .comparison import Build

AHEAD = dt.timedelta(days=14)
"""How far the clock is fast, and how much too early rows are dated."""


def fast_clock(task: Task) -> Build:
    """A builder whose clock is fast."""

    def build(records: Records, subjects: pl.DataFrame, settings: BaseModel) -> pl.DataFrame:
        ahead = task.build(records, subjects.with_columns(pl.col("as_of") + AHEAD), settings)
        return ahead.with_columns(pl.col("as_of") - AHEAD)

    return build


def early_rows(task: Task) -> Build:
    """A builder to whom rows are known before they were written down, as if an import had dated them wrongly."""

    def build(records: Records, subjects: pl.DataFrame, settings: BaseModel) -> pl.DataFrame:
        return task.build({name: _dated_early(name, frame) for name, frame in records.items()}, subjects, settings)

    return build


def _dated_early(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    dates = [source for source in TABLES[name].known_from if source in frame.columns and source not in TABLES[name].key]
    instants = [source for source in dates if TABLES[name].by_name[source].kind is Kind.INSTANT]
    return frame.with_columns(pl.col(source) - AHEAD for source in instants)


def final_cells(task: Task) -> Build:
    """A builder that reads cells as they are given at last: every happening happened, every move was made."""

    def build(records: Records, subjects: pl.DataFrame, settings: BaseModel) -> pl.DataFrame:
        given = {name: _at_last(records, name) for name in records if name != "revisions"}
        return task.build(given, subjects, settings)

    return build


def _at_last(records: Records, name: str) -> pl.DataFrame:
    """A table in which each happening is as old as its row."""
    table = TABLES[name]
    since = known_rows(records, name)["known_at"]
    happenings = [
        column
        for column in table.columns
        if column.happening and column.kind in {Kind.INSTANT, Kind.DAY} and column.name not in table.known_from
    ]
    return records[name].with_columns(
        pl.when(pl.col(column.name).is_not_null()).then(since.cast(column.dtype)).alias(column.name)
        for column in happenings
    )


def told_outcome(task: Task) -> Build:
    """A builder that writes what came of it into a field that means something else."""
    field = next(name for name, unit in units(task.snapshot).items() if unit != "category")

    def build(records: Records, subjects: pl.DataFrame, settings: BaseModel) -> pl.DataFrame:
        snapshots = task.build(records, subjects, settings)
        outcome = task.outcome(records, snapshots, settings)["outcome"].cast(snapshots.schema[field])
        return snapshots.with_columns(pl.coalesce(outcome, field).alias(field))

    return build


CANARIES: Mapping[str, Callable[[Task], Build]] = {
    "a clock that is fast": fast_clock,
    "rows dated too early": early_rows,
    "cells as they were at last": final_cells,
    "the outcome in a field": told_outcome,
}
