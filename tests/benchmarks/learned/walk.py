"""A task on the simulated firm, month by month: learn what is known by then, forecast the month, look at what came."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import lightgbm as lgb
import numpy as np
import polars as pl
from figures import say

from models.arrays import Flags, Floats, Ints
from models.calibration import Band
from models.features import Features
from models.forecast import AMOUNTS
from models.predictor import Predictor
from models.records import Records
from models.task import Task
from training.baselines import Rule, best_rule, logistic_probability
from training.dataset import Dataset
from training.fit import fit
from training.intervals import clusters, events
from training.settings import Settings, parse_settings

TRUTH = "truth"
UNCONSTRAINED = {
    "objective": "binary", "num_leaves": 31, "learning_rate": 0.05, "min_data_in_leaf": 20, "seed": 0,
    "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbose": -1,
}  # fmt: skip
"""LightGBM as it comes, but for the learning rate; 300 rounds of it."""
ROUNDS = 300


@dataclass(frozen=True)
class Month:
    """What was learnt at a month's start, and what it said of the month."""

    predictor: Predictor
    learnt: pl.DataFrame
    frame: pl.DataFrame


@dataclass(frozen=True)
class Walk:
    """All months of one task together. ``frame`` has the snapshots, ``truth`` and ``cause`` of the oracle, and columns
    ``probability``, ``band``, ``rule``, ``logistic`` and ``unconstrained``; amounts stand under `AMOUNTS`."""

    task: Task
    settings: Settings
    months: list[Month]
    frame: pl.DataFrame
    scheduled: int
    built: int

    @property
    def outcome(self) -> Flags:
        return self.frame["outcome"].to_numpy()

    @property
    def event(self) -> Ints:
        return events(self.frame, self.task.owner)

    @property
    def cluster(self) -> Ints:
        return clusters(self.frame, self.task.owner)

    @property
    def bands(self) -> list[Band]:
        return self.frame["band"].to_list()

    def of(self, column: str) -> Floats:
        return self.frame[column].to_numpy()


def walk(
    task: Task, records: Records, truth: Path, starts: Sequence[dt.datetime], *, most_rows: int, plain: bool = True
) -> Walk:
    """Walks from month to month; the last of ``starts`` only ends the one before.

    Of many subjects a sample of whole ones is taken, for learning and for measuring alike. ``plain`` fits the
    unconstrained LightGBM and the logistic regression, too.
    """
    settings = parse_settings(task, {"most_rows": str(most_rows)})
    say(f"{task.name}: building snapshots")
    dataset = Dataset.of(task, records, settings.outcome, most_rows)
    known = with_truth(task, dataset.frame, truth)
    months = []
    for start, end in pairwise(starts):
        learn = dataset.resolved_by(start)
        asked = known.filter(pl.col("as_of") >= start, pl.col("as_of") < end, pl.col(TRUTH).is_not_null())
        if asked.is_empty():
            say(f"{task.name}: {start:%B %Y}, no outcome is known yet")
            continue
        say(f"{task.name}: {start:%B %Y}, learning from {len(learn):,} rows, measuring {asked.height:,}")
        predictor = fit(task, learn, settings, _quiet)
        months.append(Month(predictor, learn.frame, _forecast(task, predictor, learn, asked, plain=plain)))
    frame = pl.concat([month.frame for month in months])
    return Walk(task, settings, months, frame, dataset.scheduled, dataset.built)


def with_truth(task: Task, frame: pl.DataFrame, truth: Path) -> pl.DataFrame:
    """Adds the oracle's ``truth`` and ``cause``; an entry's do not depend on when one asks."""
    told = pl.read_parquet(truth).with_columns(pl.col("cause").cast(pl.String)).rename({"probability": TRUTH})
    on = ["subject_id"] if task.name == "unusual_time" else ["subject_id", "as_of"]
    return frame.join(told.select(*on, TRUTH, "cause"), on=on, how="left", maintain_order="left")


def _forecast(task: Task, predictor: Predictor, learn: Dataset, asked: pl.DataFrame, *, plain: bool) -> pl.DataFrame:
    scores = predictor.score(asked)
    rule = Rule.fit(task, best_rule(task, learn), learn).probability(asked)
    told = asked.with_columns(
        probability=pl.Series(scores.probability),
        band=pl.Series(scores.bands, dtype=pl.String),
        rule=pl.Series(rule),
        logistic=pl.Series(logistic_probability(task, learn, asked) if plain else np.full(asked.height, np.nan)),
        unconstrained=pl.Series(_unconstrained(task, learn, asked) if plain else np.full(asked.height, np.nan)),
    )
    if scores.expected is not None:
        told = told.hstack(scores.expected.select(AMOUNTS).get_columns())
    return told


def _unconstrained(task: Task, learn: Dataset, asked: pl.DataFrame) -> Floats:
    features = Features.learn(task.snapshot, task.no_features, learn.frame)
    data = lgb.Dataset(
        features.matrix(learn.frame), learn.outcome.astype(np.float64), categorical_feature=features.categorical
    )
    booster = lgb.train(UNCONSTRAINED, data, ROUNDS)
    return np.asarray(booster.predict(features.matrix(asked), num_threads=1))


def _quiet(_message: str) -> None:
    """The months tell how far it is."""
