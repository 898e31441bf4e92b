"""Which kind of predictor answers: the simplest that no more complex one is clearly better than, on later folds.

Few outcomes teach little, and a model that has learnt luck is worse than the rule it was to replace. So each kind
forecasts later folds from what was known before them, and the next in the order rule, linear, trees takes over only
where its forecasts are likelier by more than a quarter of the standard error of that gain over persons or projects.
Then linear_trees, both together, takes over from either unless it is less likely by as much: a line and trees err in
different ways, and the folds had fewer rows to learn from than the predictor that serves. Where the folds hold too few
outcomes to tell, the rule answers.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from models.arrays import Floats, Ints
from models.calibration import Calibration
from models.features import Features
from models.scorers import Kind, Scorer
from models.scorers.linear_trees import LinearTrees
from models.scorers.trees import Trees
from models.task import Task
from training.calibrating import Forecast, calibrate, calibrated, losses
from training.dataset import Dataset
from training.intervals import clusters
from training.kinds.linear import BENEATH_TREES, STRENGTHS, fit_linear
from training.kinds.rule import fit_rule
from training.kinds.trees import boost, steps
from training.settings import FitSettings
from training.splits import Split, folds

FEWEST_ROWS = 200
FEWEST_OF_EACH = 20
"""With fewer rows, or fewer with or without the outcome, there is nothing to choose by: the rule answers."""
CLEARLY = 0.25
"""By how many standard errors the gain must be above 0. More would be safer against luck and costs more than luck does:
on subsets of two firms a whole one lost three times as much to the best kind (docs/decisions)."""
FEWEST_OWNERS = 5
"""What holds of fewer persons or projects need not hold of the next one."""
WORTH_IT = 0.001
"""And by how much, in log loss a row: less than that is not worth a model that is harder to explain."""
TOO_FEW = "too few outcomes to learn from: the rule answers"

ORDER: tuple[Kind, ...] = ("rule", "linear", "trees", "linear_trees")
"""From the simplest."""
BOTH: tuple[Kind, Kind] = ("linear", "trees")
"""What linear_trees puts together."""


@dataclass(frozen=True)
class Candidate:
    """A kind with its knob: the inverse penalty of a linear model, the number of trees; a rule has none.

    Of linear_trees ``beside`` is the inverse penalty of the linear model whose mean with the trees is taken; None are
    trees on top of a linear model.
    """

    kind: Kind
    knob: float = 0.0
    beside: float | None = None


@dataclass(frozen=True)
class Choice:
    """What was chosen, how it is calibrated, and why, in a sentence for people."""

    candidate: Candidate
    calibration: Calibration
    why: str


def fitted(task: Task, features: Features, learn: Dataset, candidate: Candidate, settings: FitSettings) -> Scorer:
    """A candidate fitted on all rows of ``learn``."""
    if candidate.kind == "rule":
        return fit_rule(task, features, learn)
    matrix = features.matrix(learn.frame)
    if candidate.kind == "linear":
        return fit_linear(features, matrix, learn.outcome, candidate.knob)
    trees = int(candidate.knob)
    if candidate.kind == "trees":
        return Trees(boost(features, matrix, learn.outcome, settings, trees))
    if candidate.beside is not None:
        line = fit_linear(features, matrix, learn.outcome, candidate.beside)
        return LinearTrees(line, Trees(boost(features, matrix, learn.outcome, settings, trees)), weight=0.5)
    line = fit_linear(features, matrix, learn.outcome, BENEATH_TREES)
    return LinearTrees(line, Trees(boost(features, matrix, learn.outcome, settings, trees, start=line.raw(matrix))))


def choose(task: Task, learn: Dataset, settings: FitSettings) -> Choice:
    """The kind, its knob and its calibration. ``settings.kind`` may name the kind; then only its knob is chosen."""
    wanted: tuple[Kind, ...] = ORDER if settings.kind == "auto" else (settings.kind,)
    usable = [split for split in folds(learn) if _says_enough(split.learn) and len(split.measure)]
    measured = np.concatenate([np.empty(0, dtype=bool), *[split.measure.outcome for split in usable]])
    if len(learn) < FEWEST_ROWS or not _says_enough(learn) or min(measured.sum(), (~measured).sum()) < FEWEST_OF_EACH:
        return _unmeasured(wanted, settings)
    best = {kind: _best_knob(task, usable, kind, settings) for kind in wanted}
    if "linear_trees" in best:
        line, trees = (best.get(kind) or _best_knob(task, usable, kind, settings) for kind in BOTH)
        best["linear_trees"] = _likelier(best["linear_trees"], _mean(line, trees))
    owner = clusters(pl.concat([split.measure.frame for split in usable]), task.owner)
    chosen = wanted[0]
    told = []
    for kind in wanted[1:]:
        gain, error = mean_gain(best[chosen].loss, best[kind].loss, owner)
        told.append(f"{kind} likelier than {chosen} by {gain:.4f} ± {error:.4f} a row")
        clearly = max(CLEARLY * error, WORTH_IT)
        asked = -clearly if kind == "linear_trees" and chosen in BOTH else clearly
        chosen = kind if gain > asked else chosen
    why = "; ".join(told) or f"{chosen} was asked for"
    return Choice(best[chosen].candidate, best[chosen].calibration, f"{chosen} on later folds: {why}")


def mean_gain(before: Floats, after: Floats, owner: Ints) -> tuple[float, float]:
    """By how much the losses ``after`` are lower a row, and the standard error of that over owners.

    Rows of one owner resemble each other, so the error is that of sums by owner (Liang and Zeger, 1986). A handful of
    owners shows no spread to go by: the error is infinite.
    """
    gain = before - after
    mean = float(gain.mean())
    sums = np.bincount(owner, gain - mean)
    sums = sums[np.bincount(owner) > 0]
    if len(sums) < FEWEST_OWNERS:
        return mean, float("inf")
    return mean, float(np.sqrt((sums**2).sum() * len(sums) / (len(sums) - 1)) / len(gain))


def _unmeasured(wanted: tuple[Kind, ...], settings: FitSettings) -> Choice:
    """The simplest kind, with a knob on the side of caution."""
    trees = float(max(1, settings.trees // 2))
    knobs = {"rule": 0.0, "linear": min(STRENGTHS), "trees": trees, "linear_trees": trees}
    return Choice(Candidate(wanted[0], knobs[wanted[0]]), Calibration(), TOO_FEW)


@dataclass(frozen=True)
class _Shown:
    """What a candidate showed on the folds. ``loss`` is that of each row, as it would have been calibrated."""

    candidate: Candidate
    forecasts: list[Forecast]
    loss: Floats

    @classmethod
    def of(cls, candidate: Candidate, forecasts: list[Forecast]) -> "_Shown":
        outcomes = [outcome for _, outcome in forecasts]
        loss = [losses(*each) for each in zip(calibrated(forecasts), outcomes, strict=True)]
        return cls(candidate, forecasts, np.concatenate(loss))

    @property
    def calibration(self) -> Calibration:
        return calibrate(self.forecasts)


def _best_knob(task: Task, usable: list[Split], kind: Kind, settings: FitSettings) -> _Shown:
    forecasts: dict[Candidate, list[Forecast]] = {}
    for split in usable:
        features = Features.learn(task.snapshot, task.no_features, split.learn.frame)
        matrix = features.matrix(split.measure.frame)
        for candidate, raw in _FORECASTS[kind](task, features, split.learn, matrix, settings):
            forecasts.setdefault(candidate, []).append((raw, split.measure.outcome))
    candidate = min(forecasts, key=lambda one: _loss(forecasts[one]))
    return _Shown.of(candidate, forecasts[candidate])


def _loss(forecasts: list[Forecast]) -> float:
    """The log loss of all folds, not calibrated."""
    return sum(float(losses(*each).sum()) for each in forecasts)


def _mean(line: _Shown, trees: _Shown) -> _Shown:
    """The mean of both in log-odds."""
    both = zip(line.forecasts, trees.forecasts, strict=True)
    forecasts = [((of_line + of_trees) / 2, outcome) for (of_line, outcome), (of_trees, _) in both]
    return _Shown.of(Candidate("linear_trees", trees.candidate.knob, line.candidate.knob), forecasts)


def _likelier(one: _Shown, other: _Shown) -> _Shown:
    return one if _loss(one.forecasts) <= _loss(other.forecasts) else other


Forecasts = list[tuple[Candidate, Floats]]


def _by_rule(task: Task, features: Features, learn: Dataset, matrix: Floats, _settings: FitSettings) -> Forecasts:
    return [(Candidate("rule"), fit_rule(task, features, learn).raw(matrix))]


def _by_linear(_task: Task, features: Features, learn: Dataset, matrix: Floats, _settings: FitSettings) -> Forecasts:
    learnt = features.matrix(learn.frame)
    return [
        (Candidate("linear", knob), fit_linear(features, learnt, learn.outcome, knob).raw(matrix)) for knob in STRENGTHS
    ]


def _by_trees(_task: Task, features: Features, learn: Dataset, matrix: Floats, settings: FitSettings) -> Forecasts:
    booster = boost(features, features.matrix(learn.frame), learn.outcome, settings, settings.trees)
    return [
        (
            Candidate("trees", float(step)),
            np.asarray(booster.predict(matrix, raw_score=True, num_iteration=step, num_threads=1)),
        )
        for step in steps(settings)
    ]


def _by_linear_trees(
    _task: Task, features: Features, learn: Dataset, matrix: Floats, settings: FitSettings
) -> Forecasts:
    learnt = features.matrix(learn.frame)
    line = fit_linear(features, learnt, learn.outcome, BENEATH_TREES)
    booster = boost(features, learnt, learn.outcome, settings, settings.trees, start=line.raw(learnt))
    beneath = line.raw(matrix)
    return [
        (
            Candidate("linear_trees", float(step)),
            beneath + np.asarray(booster.predict(matrix, raw_score=True, num_iteration=step, num_threads=1)),
        )
        for step in steps(settings)
    ]


_FORECASTS: dict[Kind, Callable[[Task, Features, Dataset, Floats, FitSettings], Forecasts]] = {
    "rule": _by_rule,
    "linear": _by_linear,
    "trees": _by_trees,
    "linear_trees": _by_linear_trees,
}


def _says_enough(part: Dataset) -> bool:
    positives = int(part.outcome.sum())
    return min(positives, len(part) - positives) >= FEWEST_OF_EACH
