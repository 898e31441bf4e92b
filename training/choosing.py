"""Which kind of predictor answers: the simplest that no more complex one is clearly better than, on later folds.

Few outcomes teach little, and a model that has learnt luck is worse than the rule it was to replace. So each kind
forecasts later folds from what was known before them, and the next in the order rule, linear, trees takes over only
where its forecasts are likelier by more than a quarter of the standard error of that gain over persons or projects.
Then linear_trees, both together, takes over from either unless it is less likely by as much: a line and trees err in
different ways, and the folds had fewer rows to learn from than the predictor that serves. Where the folds hold too few
outcomes to tell, the rule answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from models.arrays import Floats, Ints
from models.calibration import Calibration
from models.scorers import Kind
from models.task import Task
from training.calibrating import Forecast, calibrate, calibrated, losses
from training.candidates import Candidate, forecast_folds
from training.dataset import Dataset
from training.intervals import clusters
from training.kinds.linear import STRENGTHS
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
class Choice:
    """What was chosen, how it is calibrated, and why, in a sentence for people."""

    candidate: Candidate
    calibration: Calibration
    why: str


def choose(task: Task, learn: Dataset, settings: FitSettings) -> Choice:
    """The kind, its knob and its calibration. ``settings.kind`` may name the kind; then only its knob is chosen."""
    wanted: tuple[Kind, ...] = ORDER if settings.kind == "auto" else (settings.kind,)
    usable = [split for split in folds(learn) if _says_enough(split.learn) and len(split.measure)]
    measured = np.concatenate([np.empty(0, dtype=bool), *[split.measure.outcome for split in usable]])
    if len(learn) < FEWEST_ROWS or not _says_enough(learn) or min(measured.sum(), (~measured).sum()) < FEWEST_OF_EACH:
        return _unmeasured(wanted, settings)
    tried = wanted if "linear_trees" not in wanted else [kind for kind in ORDER if kind in {*wanted, *BOTH}]
    forecasts = _forecasts(task, usable, tried, settings)
    best = {kind: _best_knob(forecasts, kind) for kind in tried}
    if "linear_trees" in best:
        best["linear_trees"] = _likelier(best["linear_trees"], _mean(*(best[kind] for kind in BOTH)))
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


def _forecasts(
    task: Task, usable: list[Split], kinds: Sequence[Kind], settings: FitSettings
) -> dict[Candidate, list[Forecast]]:
    """What each candidate said of all folds, beside what then happened. What some fold did not try is left out."""
    said = forecast_folds(task, usable, kinds, settings)
    return {
        candidate: [(raw[candidate], split.measure.outcome) for raw, split in zip(said, usable, strict=True)]
        for candidate in said[0]
        if all(candidate in raw for raw in said)
    }


def _best_knob(forecasts: Mapping[Candidate, list[Forecast]], kind: Kind) -> _Shown:
    """The candidate of a kind that later folds are likeliest under."""
    of_kind = [candidate for candidate in forecasts if candidate.kind == kind]
    candidate = min(of_kind, key=lambda one: _loss(forecasts[one]))
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


def _says_enough(part: Dataset) -> bool:
    positives = int(part.outcome.sum())
    return min(positives, len(part) - positives) >= FEWEST_OF_EACH
