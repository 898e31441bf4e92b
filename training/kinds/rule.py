"""The task's own rule as a predictor: how often the outcome came with such a value of the one field that it reads.

For a firm with too few outcomes to learn more from. The frequency rises with the rule's risk and never falls
(isotonic regression, Barlow et al., 1972), in few steps, each drawn towards the overall frequency.
"""

import numpy as np
from sklearn.isotonic import IsotonicRegression

from models.arrays import Flags, Floats
from models.features import Features
from models.scorers.additive import Additive, Shape, Steps
from models.task import Task
from training.dataset import Dataset
from training.metrics import METRICS

MOST_STEPS = 8
PRIOR_ROWS = 10.0
"""Each step counts as many further rows of the overall frequency: a handful of rows moves it little."""


def fit_rule(task: Task, features: Features, learn: Dataset) -> Additive:
    """The rule that ranks the rows best, of those that read one number of the snapshot.

    Where there is none the overall frequency answers, for everybody alike. A missing value has a frequency of its own.
    """
    frequency = (learn.outcome.sum() + 0.5) / (len(learn) + 1.0)
    usable = [name for name in task.rules if name in features.names and name not in features.categories]
    if not usable:
        return Additive("rule", _log_odds(frequency), len(features.names), {})
    scores = {name: task.rule_score(learn.frame, name).to_numpy() for name in usable}
    auc = METRICS["auc"].of
    chosen = max(usable, key=lambda name: auc(learn.outcome, scores[name]))
    column = features.names.index(chosen)
    values = Features((chosen,), {}).matrix(learn.frame)[:, 0]
    base, shape = _steps(values, scores[chosen], learn.outcome, frequency)
    return Additive("rule", base, len(features.names), {column: shape})


def _steps(values: Floats, risk: Floats, outcome: Flags, frequency: float) -> tuple[float, Shape]:
    """The log-odds of the steps, as differences from their mean over the rows, and that mean."""
    known = ~np.isnan(values)
    edges = _edges(values[known])
    step = np.where(known, (values[:, None] >= edges).sum(axis=1), len(edges) + 1)
    rows = np.bincount(step, minlength=len(edges) + 2) + PRIOR_ROWS
    share = (np.bincount(step, outcome, minlength=len(edges) + 2) + PRIOR_ROWS * frequency) / rows
    rises = _rises(values[known], risk[known])
    order = np.arange(len(edges) + 1)
    ordered = IsotonicRegression(increasing=rises).fit(order, share[:-1], rows[:-1]).predict(order)
    log_odds = [_log_odds(each) for each in (*ordered.tolist(), share[-1])]
    base = float(np.mean(np.array(log_odds)[step]))
    effects = [each - base for each in log_odds]
    return base, Steps(tuple(edges.tolist()), tuple(effects[:-1]), effects[-1])


def _edges(values: Floats) -> Floats:
    """Where steps begin: at quantiles of the values, the least value left out, for below it there is nothing."""
    if not len(values):
        return np.empty(0)
    quantiles = np.quantile(values, np.arange(1, MOST_STEPS) / MOST_STEPS, method="higher")
    return np.unique(quantiles[quantiles > values.min()])


def _rises(values: Floats, risk: Floats) -> bool:
    """Whether a larger value is riskier by the rule; it may read a field the other way round."""
    if not len(values) or np.ptp(values) == 0 or np.ptp(risk) == 0:
        return True
    return float(np.mean((values - values.mean()) * (risk - risk.mean()))) >= 0


def _log_odds(probability: float) -> float:
    return float(np.log(probability) - np.log1p(-probability))
