"""How to calibrate: decided on folds that are later than what the forecasts were learnt from."""

import numpy as np

from models.arrays import Flags, Floats
from models.calibration import Calibration, probability_of

WORTH_IT = 0.0005
"""By how much a calibration must lower the log loss of later folds to be used: less is noise."""

Forecast = tuple[Floats, Flags]
"""Raw scores of some rows and what then happened."""


def calibrate(forecasts: list[Forecast]) -> Calibration:
    """The line that makes later folds' forecasts likelier, or the identity where none does.

    A line fitted on the folds so far is judged on the next; the one that is returned is fitted on all.
    """
    return Calibration.fit(*_joined(forecasts)) if _line_helps(forecasts) else Calibration()


def calibrated(forecasts: list[Forecast]) -> list[Floats]:
    """The log-odds of each fold as they would have been given: calibrated on the folds before it."""
    return [calibrate(forecasts[:position]).log_odds(raw) for position, (raw, _) in enumerate(forecasts)]


def losses(log_odds: Floats, outcome: Flags) -> Floats:
    """The log loss of each row: minus the logarithm of the probability given to what then happened."""
    probability = np.clip(probability_of(log_odds), 1e-9, 1 - 1e-9)
    loss: Floats = -np.log(np.where(outcome, probability, 1 - probability))
    return loss


def _line_helps(forecasts: list[Forecast]) -> bool:
    gain, judged = 0.0, 0
    for position in range(1, len(forecasts)):
        raw, outcome = forecasts[position]
        line = Calibration.fit(*_joined(forecasts[:position]))
        gain += float((losses(raw, outcome) - losses(line.log_odds(raw), outcome)).sum())
        judged += len(raw)
    return judged > 0 and gain >= WORTH_IT * judged


def _joined(forecasts: list[Forecast]) -> Forecast:
    return np.concatenate([raw for raw, _ in forecasts]), np.concatenate([outcome for _, outcome in forecasts])
