"""Training a challenger: fit, measure on the last window, register with the evidence."""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from models import artifact
from models.arrays import Floats
from models.records import Records
from models.task import Task
from training import gates
from training.dataset import Dataset
from training.evaluate import compare
from training.fit import Progress, fit
from training.intervals import clusters, events
from training.registry import Registry, Version, workspace
from training.settings import Settings
from training.splits import Split, TooFewRowsError, split_at

UNVERIFIED = ""
"""The trainer of a version that was trained without a key: nobody can say who it was, so nobody may promote it."""


@dataclass(frozen=True)
class Trained:
    """A registered challenger and its figures on the last window."""

    version: Version
    report: dict[str, Any]


def train(
    task: Task,
    records: Records,
    settings: Settings,
    registry: Registry,
    *,
    until: dt.datetime | None,
    trainer: str | None,
    progress: Progress,
) -> Trained:
    """Fits on all outcomes known by ``until`` and registers the result as the task's challenger.

    The figures are those of a *twin*, fitted on what was known before the last window and measured on the window: the
    registered predictor itself has seen the window and cannot be measured on it.

    Raises TooFewRowsError where there is too little to fit or to measure.
    """
    progress("building snapshots")
    dataset = Dataset.of(task, records, settings.outcome, settings.fit.most_rows)
    if len(dataset) == 0:
        raise TooFewRowsError(f"no resolved {task.subject} in these records; expected some weeks of history")
    known = dataset if until is None else dataset.resolved_by(until)
    last_window = split_at(known, _window_start(known, settings.fit.window_days))
    twin = fit(task, last_window.learn, settings, progress)
    progress(f"measuring on the last window, {len(last_window.measure):,} rows")
    forecast = twin.score(last_window.measure.frame).probability
    beside = compare(task, last_window, forecast, settings.fit.band_high)
    report = {
        "window": {"from": _day(last_window.measure, "as_of", first=True), "n": len(last_window.measure)},
        "base_rate": float(last_window.measure.outcome.mean()),
        "unresolved": dataset.unresolved,
        "rows": dataset.sampled,
        **beside.report,
    }
    window = _window_frame(task, last_window, beside.rule)
    check = gates.is_calibrated(gates.window_of(window, forecast, beside.rule))
    calibrated = check.answer is gates.Answer.PASSED
    predictor = fit(task, known, settings, progress)
    progress("registering")
    with workspace() as folder:
        model, evidence = Path(folder, "predictor"), Path(folder, "evidence")
        model.mkdir()
        artifact.save(predictor, model)
        (evidence / "twin").mkdir(parents=True)
        artifact.save(twin, evidence / "twin")
        window.write_parquet(evidence / "window.parquet")
        (evidence / "report.json").write_text(json.dumps(report, indent=1), encoding="utf-8")
        version = registry.register(
            task.name,
            task.snapshot,
            model,
            evidence,
            params=settings.fit.model_dump() | settings.outcome.model_dump(mode="json"),
            metrics={f"window_{name}": value for name, value in _numbers(report["predictor"]).items()},
            tags={
                "trainer": trainer or UNVERIFIED,
                "until": _day(known, "resolved_at", first=False),
                "window_from": report["window"]["from"],
                "rows": str(len(known)),
                "calibrated": "true" if calibrated else "false",
                "outcome_settings": json.dumps(predictor.settings, sort_keys=True),
            },
        )
    return Trained(version, report)


def _window_start(known: Dataset, days: int) -> dt.datetime:
    end = known.frame["as_of"].max()
    assert isinstance(end, dt.datetime)
    return end - dt.timedelta(days=days)


def _day(dataset: Dataset, column: str, *, first: bool) -> str:
    instants = dataset.frame[column]
    instant = instants.min() if first else instants.max()
    assert isinstance(instant, dt.datetime)
    return instant.isoformat()


def _window_frame(task: Task, last_window: Split, rule: Floats) -> pl.DataFrame:
    """The rows to compare on, with the rule's forecast.

    The evidence needs no names: whose rows belong together is a number, and ids that no predictor reads are left out.
    """
    frame = last_window.measure.frame
    ids = [name for name in sorted(task.no_features) if frame.schema[name] == pl.String]
    return frame.drop("subject_id", "resolved_at", *ids).with_columns(
        cluster=pl.Series(clusters(frame, task.owner)),
        event=pl.Series(events(frame, task.owner)),
        rule=pl.Series(rule),
    )


def _numbers(figures: dict[str, Any]) -> dict[str, float]:
    return {name: float(value) for name, value in figures.items() if isinstance(value, int | float)}
