"""A backtest: learn from what was known at the cut, measure on what was asked afterwards, beside rule and logistic."""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from models.arrays import Floats
from models.predictor import Predictor
from models.records import Records
from models.task import Task
from training.amount_figures import amount_figures
from training.baselines import Rule, best_rule, logistic_probability
from training.dataset import Dataset
from training.fit import Progress, fit
from training.intervals import auc_gain, clusters, events
from training.lead_time import lead_time
from training.metrics import measure
from training.money_captured import Captured
from training.scoring import forecasts
from training.segments import if_calibrated, segments
from training.settings import Settings
from training.splits import Split, split_at


@dataclass(frozen=True)
class Backtest:
    """The report of a backtest, and the forecasts behind it.

    ``predictions`` has a row each measured (subject, as_of): ``subject_id``, ``as_of``, ``probability``, ``band``,
    ``expected_loss``, ``deferred_amount``, ``currency``, ``outcome``.
    """

    report: dict[str, Any]
    predictions: pl.DataFrame
    predictor: Predictor


def backtest(task: Task, records: Records, cut: dt.datetime, settings: Settings, progress: Progress) -> Backtest:
    """Learns from outcomes known by ``cut`` (a sample, where there are many), measures on all asked from then on.

    Raises TooFewRowsError where either part is too small.
    """
    progress("building snapshots")
    dataset = Dataset.of(task, records, settings.outcome, settings.fit.most_rows, whole_from=cut)
    split = split_at(dataset, cut)
    predictor = fit(task, split.learn, settings, progress)
    progress(f"measuring on {len(split.measure):,} rows")
    frame = split.measure.frame
    scores = predictor.score(frame)
    beside = compare(task, split, scores.probability, settings.fit.band_high)
    report = {
        "task": task.name,
        "cut": cut.date().isoformat(),
        "settings": settings.outcome.model_dump(mode="json"),
        "kind": predictor.kind,
        "n": len(split.measure),
        "base_rate": float(split.measure.outcome.mean()),
        "unresolved": dataset.unresolved,
        "rows": dataset.sampled,
        "learnt_from": {"n": len(split.learn), "base_rate": float(split.learn.outcome.mean())},
        "calibration": asdict(predictor.calibration),
        "expected": amount_figures(task, split.measure, scores.expected),
        **beside.report,
    }
    report["predictor"]["ece_if_calibrated"] = if_calibrated(scores.probability, events(frame, task.owner))
    progress("measuring segments and money")
    report["segments"], report["segments_suppressed"] = segments(task, frame, scores.probability)
    captured = Captured.of(task, records, frame, split.learn.frame)
    report["money"] = captured.report(captured.worth(scores.probability, scores.expected), captured.worth(beside.rule))
    progress("comparing with a logistic regression")
    logistic = logistic_probability(task, split.learn, frame)
    report["logistic"] = figures(frame, logistic, settings.fit.band_high)
    return Backtest(report, forecasts(task, frame, scores).with_columns(frame["outcome"]), predictor)


@dataclass(frozen=True)
class Beside:
    """The predictor's figures beside those of the rules, and the forecasts of the rule that is best where it learnt."""

    report: dict[str, Any]
    rule: Floats


def compare(task: Task, split: Split, probability: Floats, high: float) -> Beside:
    """Measures forecasts of the split's measured rows beside the task's rules."""
    frame, outcome = split.measure.frame, split.measure.outcome
    by_rule = {name: Rule.fit(task, name, split.learn).probability(frame) for name in task.rules}
    rules = {name: figures(frame, forecast, high) for name, forecast in by_rule.items()}
    chosen = best_rule(task, split.learn)
    gain = auc_gain(outcome, probability, by_rule[chosen], clusters(frame, task.owner))
    report = {
        "predictor": figures(frame, probability, high) | {"auc_above_rule": asdict(gain)},
        "rule": {"name": chosen, **rules[chosen]},
        "rules": rules,
    }
    return Beside(report, by_rule[chosen])


def figures(frame: pl.DataFrame, probability: Floats, high: float) -> dict[str, Any]:
    """All metrics and the lead time of one set of forecasts on measured rows."""
    early = lead_time(frame, probability, high)
    return measure(frame["outcome"].to_numpy(), probability) | {
        "lead_time_days": early.days,
        "high_band_precision": early.precision,
        "high_band_subjects": early.flagged,
    }
