"""Fitting the classifier: words and weights on all documents, sharpness and floor on the future of earlier ones."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize_scalar

from models.arrays import Flags, Floats
from models.sow.classifier import Classifier, fitted
from models.sow.words import lines_of, log_loss, softmax
from training.sows.documents import Documents
from training.splits import TooFewRowsError

FOLDS = 3
KEPT_ACCURACY = 0.92
"""How often an answer that is given should be right. The floor is the lowest confidence from which on it was."""
SHARPEST = 30.0
_LEAST_KEPT = 0.2
"""Where not even this share could be kept at that accuracy, this share is: a floor that keeps nothing is no answer."""
FEWEST = 40
"""Documents below which nothing is learnt: there would be none to choose sharpness and floor by."""


@dataclass(frozen=True)
class _Later:
    """Scores of documents that came after those which were learnt from; ``truth`` is -1 for a label that was not."""

    scores: Floats
    truth: tuple[int, ...]


def fit(documents: Documents) -> Classifier:
    """Raises TooFewRowsError where there are too few documents, or only one label."""
    known = documents.common()
    if len(known) < FEWEST or len(set(known.labels)) < 2:  # noqa: PLR2004 - one label needs no classifier
        raise TooFewRowsError(
            f"{len(known)} documents of {len(set(known.labels))} labels that five or more have; expected at least "
            f"{FEWEST} of two"
        )
    classifier = fitted(known.texts, known.labels)
    later = list(_folds(known))
    if not later:
        return classifier
    sharpness = _sharpness(later)
    confidence, right = _told(later, sharpness)
    return replace(classifier, sharpness=sharpness, floor=floor_for(confidence, right))


def floor_for(confidence: Floats, right: Flags) -> float:
    """The lowest confidence at and above which answers were right often enough."""
    order = np.argsort(-confidence, kind="stable")
    accuracy = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(accuracy >= KEPT_ACCURACY)
    least = max(1, int(_LEAST_KEPT * len(order)))
    return float(confidence[order[max(enough[-1] + 1 if len(enough) else 0, least) - 1]])


def _folds(documents: Documents) -> Iterator[_Later]:
    """The last third in equal parts, each scored by what was learnt from all that came before it."""
    first = 2 * len(documents) // 3
    starts = [documents.received[first + fold * (len(documents) - first) // FOLDS] for fold in range(FOLDS)]
    ends: list[dt.datetime | None] = [*starts[1:], None]
    for start, end in zip(starts, ends, strict=True):
        learn = documents.before(start).common()
        measure = documents.between(start, end).unlike(learn)
        if len(set(learn.labels)) < 2 or not len(measure):  # noqa: PLR2004
            continue
        classifier = fitted(learn.texts, learn.labels)
        place = {label: number for number, label in enumerate(classifier.labels)}
        scores = classifier.scores([lines_of(text) for text in measure.texts])
        yield _Later(scores, tuple(place.get(label, -1) for label in measure.labels))


def _sharpness(later: list[_Later]) -> float:
    """That under which the labels that came were least surprising."""

    def surprise(logarithm: float) -> float:
        return sum(
            log_loss(
                softmax(each.scores[known], float(np.exp(logarithm))), [truth for truth in each.truth if truth >= 0]
            )
            * len(known)
            for each in later
            if (known := [place for place, truth in enumerate(each.truth) if truth >= 0])
        )

    found = minimize_scalar(surprise, bounds=(0.0, float(np.log(SHARPEST))), method="bounded")
    return float(np.exp(found.x))


def _told(later: list[_Later], sharpness: float) -> tuple[Floats, Flags]:
    chances = [softmax(each.scores, sharpness) for each in later]
    confidence = np.concatenate([each.max(axis=1) for each in chances])
    right = np.concatenate(
        [chance.argmax(axis=1) == np.array(each.truth) for chance, each in zip(chances, later, strict=True)]
    )
    return confidence, right
