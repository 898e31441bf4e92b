"""Training a challenger: fit, measure on the last window, register with the evidence."""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models import artifact
from models.records import Records
from models.task import Task
from training.dataset import Dataset
from training.fit import Progress, fit
from training.last_window import measured
from training.registry import Registry, Version, workspace
from training.settings import Settings
from training.splits import TooFewRowsError

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
    window = measured(task, known, settings, progress)
    report = {"unresolved": dataset.unresolved, "rows": dataset.sampled, **window.report}
    predictor = fit(task, known, settings, progress)
    progress("registering")
    with workspace() as folder:
        model, evidence = Path(folder, "predictor"), Path(folder, "evidence")
        model.mkdir()
        artifact.save(predictor, model)
        (evidence / "twin").mkdir(parents=True)
        artifact.save(window.twin, evidence / "twin")
        window.rows.write_parquet(evidence / "window.parquet")
        (evidence / "report.json").write_text(json.dumps(report, indent=1), encoding="utf-8")
        version = registry.register(
            task.name,
            task.snapshot,
            model,
            evidence,
            params=settings.fit.model_dump() | settings.outcome.model_dump(mode="json"),
            metrics={f"window_{name}": value for name, value in _numbers(report.get("predictor", {})).items()},
            tags={
                "trainer": trainer or UNVERIFIED,
                "kind": predictor.kind,
                "digest": artifact.digest(model),
                "until": _last_settled(known),
                "window_from": report["window"]["from"],
                "rows": str(len(known)),
                "calibrated": "true" if window.calibrated else "false",
                "outcome_settings": json.dumps(predictor.settings, sort_keys=True),
            },
        )
    return Trained(version, report)


def _last_settled(dataset: Dataset) -> str:
    instant = dataset.frame["settled_at"].max()
    assert isinstance(instant, dt.datetime)
    return instant.isoformat()


def _numbers(figures: dict[str, Any]) -> dict[str, float]:
    return {name: float(value) for name, value in figures.items() if isinstance(value, int | float)}
