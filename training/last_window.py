"""What a challenger shows on its last window: a twin that has not seen the window, and the rows to compare on."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import polars as pl

from models.arrays import Floats
from models.predictor import Predictor
from models.task import Task
from training import gates
from training.amount_figures import amount_figures
from training.dataset import Dataset
from training.evaluate import compare
from training.fit import Progress, does_without_outcomes, fit
from training.intervals import clusters, events
from training.settings import Settings
from training.splits import Split, split_at


@dataclass(frozen=True)
class LastWindow:
    """The twin, its report, and ``rows``: what promotion compares on. ``calibrated`` is what the gate asks about."""

    twin: Predictor
    report: dict[str, Any]
    rows: pl.DataFrame
    calibrated: bool


def measured(task: Task, known: Dataset, settings: Settings, progress: Progress) -> LastWindow:
    """Fits the twin on what was known before the last window and measures it on the window.

    Raises TooFewRowsError where there is too little to fit or to measure.
    """
    start = _window_start(known, settings.fit.window_days)
    if does_without_outcomes(task, known):
        return _of_bands(task, Split(known.resolved_by(start), known.asked_from(start)), settings, progress)
    split = split_at(known, start)
    twin = fit(task, split.learn, settings, progress)
    progress(f"measuring on the last window, {len(split.measure):,} rows")
    scores = twin.score(split.measure.frame)
    beside = compare(task, split, scores.probability, settings.fit.band_high)
    rows = _nameless(task, split.measure.frame, beside.rule)
    check = gates.is_calibrated(gates.window_of(rows, scores.probability, beside.rule))
    amounts = amount_figures(task, split.measure, scores.expected)
    report = _described(split) | {"kind": twin.kind, "expected": amounts, **beside.report}
    return LastWindow(twin, report, rows, check.answer is gates.Answer.PASSED)


def _of_bands(task: Task, split: Split, settings: Settings, progress: Progress) -> LastWindow:
    """Without outcomes nothing can be right or wrong: what is measured is how many rows the bands take in."""
    twin = fit(task, split.learn, settings, progress)
    progress(f"counting the bands of the last window, {len(split.measure):,} rows")
    bands = twin.score(split.measure.frame).bands
    shares = {band: bands.count(band) / max(1, len(bands)) for band in ("medium", "high")}
    rows = _nameless(task, split.measure.frame, None)
    return LastWindow(twin, _described(split) | {"kind": twin.kind, "bands": shares}, rows, calibrated=False)


def _described(split: Split) -> dict[str, Any]:
    first = split.measure.frame["as_of"].min()
    assert isinstance(first, dt.datetime)
    return {
        "window": {"from": first.isoformat(), "n": len(split.measure)},
        "base_rate": float(split.measure.outcome.mean()),
    }


def _window_start(known: Dataset, days: int) -> dt.datetime:
    end = known.frame["as_of"].max()
    assert isinstance(end, dt.datetime)
    return end - dt.timedelta(days=days)


def _nameless(task: Task, frame: pl.DataFrame, rule: Floats | None) -> pl.DataFrame:
    """The rows to compare on, with the rule's forecast where there is one.

    The evidence needs no names: whose rows belong together is a number, and ids that no predictor reads are left out.
    """
    ids = [name for name in sorted(task.no_features) if frame.schema[name] == pl.String]
    rows = frame.drop("subject_id", "resolved_at", "settled_at", *ids).with_columns(
        cluster=pl.Series(clusters(frame, task.owner)), event=pl.Series(events(frame, task.owner))
    )
    return rows if rule is None else rows.with_columns(rule=pl.Series(rule))
