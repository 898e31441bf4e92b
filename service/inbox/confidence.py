"""How far a probability can be believed, as one factor of the ranking."""

from models.scorers import Kind
from service.gate.case import ModelStanding

CALIBRATED = 1.0
DRIFTED = 0.7
UNCALIBRATED = 0.6
UNSUPERVISED = 0.4
"""A score of what is unusual, without a probability: two in five, which is about how many of the entries that stand out
are put right."""


def confidence_of(kind: Kind, model: ModelStanding) -> float:
    """0..1: a calibrated predictor is believed in full, less where its inputs have drifted since it was trained.

    The steps are assumptions, not measurements: they order what is otherwise equal.
    """
    if kind == "unsupervised":
        return UNSUPERVISED
    if not model.calibrated:
        return UNCALIBRATED
    return DRIFTED if model.drifted else CALIBRATED
