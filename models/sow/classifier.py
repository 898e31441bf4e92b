"""Which service line a document belongs to: a linear classifier of its words, which abstains where it is not sure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.arrays import Floats
from models.sow.taxonomy import Taxonomy
from models.sow.words import Words, lines_of, softmax

WINDOWS = (1, 2)
"""How many neighbouring lines are left out when asking what the answer rests on. A paragraph that somebody slipped in
is a line of a Word file and some lines of a PDF. Wider windows doubt more: of clean parts of real documents, four lines
doubt 14%, two 8%; two let none of the real attacks pass that change a label."""
LEAST_REST = 0.9
"""A window is left out only where this share of the lines remains: without most of a document it is another one."""
DESCRIBED_FLOOR = 0.16
"""The probability below which the classifier of descriptions abstains. There are no labels to choose it by: with ten
lines, chance gives 0.10."""
DESCRIBED_SHARPNESS = 6.0
"""How far apart the classifier of descriptions sets its scores, which are cosines. It ranks and is no frequency."""


@dataclass(frozen=True)
class Guess:
    """Labels by falling probability. ``label`` is None where the most likely one lies below the floor, or rests on few.

    ``rests_on_few``: without some neighbouring lines the most likely label would be another one.
    """

    ranked: tuple[tuple[str, float], ...]
    floor: float
    rests_on_few: bool

    @property
    def label(self) -> str | None:
        """The most likely label, where it is likely enough to be given and does not rest on a line or two."""
        return None if self.rests_on_few or self.confidence < self.floor else self.ranked[0][0]

    @property
    def confidence(self) -> float:
        """The probability of the most likely label."""
        return self.ranked[0][1]


@dataclass(frozen=True)
class Classifier:
    """Words, and for each label how much each of them speaks for it.

    ``weights`` has a row a label. ``sharpness`` turns scores into probabilities, ``floor`` is where it abstains.
    ``calibrated``: the probabilities were found to be frequencies, on later documents than it had learnt from.
    """

    labels: tuple[str, ...]
    words: Words
    weights: Floats
    offsets: Floats
    sharpness: float
    floor: float
    calibrated: bool

    def scores(self, documents: Sequence[Sequence[str]]) -> Floats:
        """A row a document, a column a label."""
        return np.asarray(self.words.of_documents(documents) @ self.weights.T) + self.offsets

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """A row a text, a column a label, adding up to 1."""
        return softmax(self.scores([lines_of(text) for text in texts]), self.sharpness)

    def guess(self, text: str) -> Guess:
        """What one document is, and whether that rests on a few of its lines."""
        rows = self.words.weighed(lines_of(text))
        said = np.asarray(rows @ self.weights.T)
        length = float(np.linalg.norm(rows.sum(axis=0))) or 1.0
        whole = said.sum(axis=0) / length + self.offsets
        chances = softmax(whole[None, :], self.sharpness)[0]
        order = np.argsort(-chances, kind="stable")
        ranked = tuple((self.labels[place], float(chances[place])) for place in order)
        return Guess(ranked, self.floor, self._rests_on_few(said, length, int(order[0])))

    def _rests_on_few(self, said: Floats, length: float, best: int) -> bool:
        """Whether another label wins once some neighbouring lines are gone, the document's length being kept."""
        before = np.vstack([np.zeros((1, said.shape[1])), np.cumsum(said, axis=0)])
        whole, lines = before[-1], said.shape[0]
        for window in WINDOWS:
            if lines - window < LEAST_REST * lines:
                break
            rest = (whole - (before[window:] - before[:-window])) / length + self.offsets
            if (rest.argmax(axis=1) != best).any():
                return True
        return False


def of_descriptions(taxonomy: Taxonomy) -> Classifier:
    """The classifier of a firm without labelled documents: how near a document is to each line's own description."""
    lines = taxonomy.service_lines
    texts = [f"{line.title} {line.title} {line.description}" for line in lines.values()]
    words = Words.telling(texts)
    described = np.asarray(words.of_documents([lines_of(text) for text in texts]).todense())
    weights = described - described.mean(axis=0)
    return Classifier(
        labels=tuple(lines),
        words=words,
        weights=weights,
        offsets=np.zeros(len(lines)),
        sharpness=DESCRIBED_SHARPNESS,
        floor=DESCRIBED_FLOOR,
        calibrated=False,
    )


def fitted(texts: Sequence[str], labels: Sequence[str]) -> Classifier:
    """A linear support-vector classifier of labelled documents; sharpness and floor are still to be found.

    Raises ValueError where there are not two labels.
    """
    from sklearn.svm import LinearSVC  # noqa: PLC0415 - only learning needs it, and a service starts without it

    words = Words.learnt(texts)
    rows = words.of_documents([lines_of(text) for text in texts])
    machine = LinearSVC(C=1.0, class_weight="balanced", random_state=0).fit(rows, list(labels))
    weights, offsets = machine.coef_, machine.intercept_
    if len(machine.classes_) == 2:  # noqa: PLR2004 - of two labels it keeps one row, for the second
        weights, offsets = np.vstack([-weights, weights]), np.concatenate([-offsets, offsets])
    return Classifier(tuple(map(str, machine.classes_)), words, weights, offsets, 1.0, 0.0, calibrated=False)
