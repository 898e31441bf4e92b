"""The kinds of predictor with their knobs, fitted: on all rows, or on folds to see which forecasts later rows best."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from models.arrays import Floats
from models.features import Features
from models.scorers import Kind, Scorer
from models.scorers.additive import Additive
from models.scorers.linear_trees import LinearTrees
from models.scorers.trees import Trees
from models.task import Task
from training.calibrating import losses
from training.dataset import Dataset
from training.kinds.linear import BENEATH_TREES, STRENGTHS, fit_linear
from training.kinds.rule import fit_rule
from training.kinds.trees import boost, grow
from training.settings import FitSettings
from training.side_by_side import in_step, side_by_side
from training.splits import Split

HARM = 0.01
"""By what share trees may raise the folds' log loss over that of fewer before no more are grown: it only gets worse."""
GROWING = frozenset({"trees", "linear_trees"})
"""The kinds whose candidates come in the order of how much is learnt."""


@dataclass(frozen=True)
class Candidate:
    """A kind with its knob: the inverse penalty of a linear model, the number of trees; a rule has none.

    Of linear_trees ``beside`` is the inverse penalty of the linear model whose mean with the trees is taken; None are
    trees on top of a linear model.
    """

    kind: Kind
    knob: float = 0.0
    beside: float | None = None


Raw = Mapping[Candidate, Floats]
"""The raw scores that each candidate gives some rows."""


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


def forecast_folds(task: Task, splits: Sequence[Split], kinds: Sequence[Kind], settings: FitSettings) -> list[Raw]:
    """What the candidates of the kinds say of each split's later rows. Folds are fitted side by side, a core each.

    Trees grow on all folds together, and no further once they do harm on all folds taken together.
    """
    folds = side_by_side(lambda split: _Fold.of(task, split, settings), splits)
    said: list[dict[Candidate, Floats]] = [{} for _ in folds]
    for kind in kinds:
        best = np.inf
        for forecasts in in_step([_CANDIDATES[kind](fold) for fold in folds]):
            loss = 0.0
            for fold, of_fold, (candidate, raw) in zip(folds, said, forecasts, strict=True):
                of_fold[candidate] = raw
                loss += float(losses(raw, fold.outcome).sum())
            if kind in GROWING and loss > best * (1 + HARM):
                break
            best = min(best, loss)
    return list(said)


class _Fold:
    """One split's rows as matrices, made once for all kinds."""

    @classmethod
    def of(cls, task: Task, split: Split, settings: FitSettings) -> "_Fold":
        return cls(task, split, Features.learn(task.snapshot, task.no_features, split.learn.frame), settings)

    def __init__(self, task: Task, split: Split, features: Features, settings: FitSettings) -> None:
        self.task, self.learn, self.features, self.settings = task, split.learn, features, settings
        self.learnt = features.matrix(split.learn.frame)
        self.later, self.outcome = features.matrix(split.measure.frame), split.measure.outcome
        self._lines: dict[float, Additive] = {}

    def line(self, strength: float) -> Additive:
        """The linear model of an inverse penalty; the one beneath trees is a candidate of its own, too."""
        if strength not in self._lines:
            self._lines[strength] = fit_linear(self.features, self.learnt, self.learn.outcome, strength)
        return self._lines[strength]

    def grown(self, beneath: Additive | None = None) -> Iterator[tuple[float, Floats]]:
        """The raw scores of the later rows with ever more trees, on top of a linear model where there is one."""
        start, raw, done = None, np.zeros(len(self.later)), 0
        if beneath is not None:
            start, raw = beneath.raw(self.learnt), beneath.raw(self.later)
        for step, booster in grow(self.features, self.learnt, self.learn.outcome, self.settings, start):
            added = booster.predict(
                self.later, raw_score=True, start_iteration=done, num_iteration=step - done, num_threads=1
            )
            raw, done = raw + np.asarray(added), step
            yield float(step), raw


Forecasts = Iterator[tuple[Candidate, Floats]]


def _by_rule(fold: _Fold) -> Forecasts:
    yield Candidate("rule"), fit_rule(fold.task, fold.features, fold.learn).raw(fold.later)


def _by_linear(fold: _Fold) -> Forecasts:
    for knob in STRENGTHS:
        yield Candidate("linear", knob), fold.line(knob).raw(fold.later)


def _by_trees(fold: _Fold) -> Forecasts:
    for step, raw in fold.grown():
        yield Candidate("trees", step), raw


def _by_linear_trees(fold: _Fold) -> Forecasts:
    for step, raw in fold.grown(fold.line(BENEATH_TREES)):
        yield Candidate("linear_trees", step), raw


_CANDIDATES: Mapping[Kind, Callable[[_Fold], Forecasts]] = {
    "rule": _by_rule,
    "linear": _by_linear,
    "trees": _by_trees,
    "linear_trees": _by_linear_trees,
}
