"""The figures by which predictors are measured. Each states its direction; an unknown one is an error."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

from models.arrays import Flags, Floats

ECE_BINS = 15


def expected_calibration_error(outcome: Flags, probability: Floats) -> float:
    """Mean distance between forecast and frequency over 15 bins of equally many rows (Nixon et al., 2019), 0..1.

    Rows of one forecast that fall into two bins bring their common frequency to both, so that the order of the rows
    does not matter.
    """
    return calibration_error(probability)(outcome)


def calibration_error(probability: Floats) -> Callable[[Flags], float]:
    """The expected calibration error as a function of the outcomes: sorted once, for many draws of them."""
    forecast, group = np.unique(probability, return_inverse=True)
    rows = np.bincount(group)
    bins = min(ECE_BINS, len(probability))
    edges = np.cumsum([len(part) for part in np.array_split(np.arange(len(probability)), bins)])
    below = np.concatenate(([0], np.cumsum(rows)))
    # Pieces of rows of one forecast in one bin: a piece ends where either does.
    cut = np.unique(np.concatenate((below, edges)))
    size = np.diff(cut)
    of_forecast = np.searchsorted(below, cut[:-1], side="right") - 1
    of_bin = np.searchsorted(edges, cut[:-1], side="right")
    forecast_sum = np.bincount(of_bin, size * forecast[of_forecast], minlength=bins)

    def error(outcome: Flags) -> float:
        frequency = np.bincount(group, outcome) / rows
        came = np.bincount(of_bin, size * frequency[of_forecast], minlength=bins)
        return float(np.abs(forecast_sum - came).sum() / len(probability))

    return error


def _auc(outcome: Flags, probability: Floats) -> float:
    return float(roc_auc_score(outcome, probability))


def _average_precision(outcome: Flags, probability: Floats) -> float:
    return float(average_precision_score(outcome, probability))


def _brier(outcome: Flags, probability: Floats) -> float:
    return float(brier_score_loss(outcome, np.clip(probability, 0, 1)))


def _log_loss(outcome: Flags, probability: Floats) -> float:
    return float(log_loss(outcome, np.clip(probability, 1e-9, 1 - 1e-9), labels=[False, True]))


@dataclass(frozen=True)
class Metric:
    """A figure of outcomes and probabilities, and which way it is better."""

    name: str
    better: Literal["higher", "lower"]
    of: Callable[[Flags, Floats], float]


METRICS: Mapping[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric("auc", "higher", _auc),
        Metric("ap", "higher", _average_precision),
        Metric("brier", "lower", _brier),
        Metric("ece", "lower", expected_calibration_error),
        Metric("log_loss", "lower", _log_loss),
    )
}


def measure(outcome: Flags, probability: Floats) -> dict[str, float]:
    """All metrics of one set of forecasts."""
    return {name: metric.of(outcome, probability) for name, metric in METRICS.items()}
