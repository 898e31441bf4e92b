"""The classifier of statements of work as one JSON document. No pickle, so loading runs no code."""

import base64
import hashlib
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from models.arrays import Floats
from models.artifact import ArtifactRefused
from models.sow.classifier import Classifier
from models.sow.words import LONGEST_LINE, Words

FORMAT = 1
DOCUMENT_FILE = "sow.json"
TASK = "sow"


def save(classifier: Classifier, folder: Path) -> None:
    """Writes the classifier into an existing folder. Numbers keep 32 bits, so what is saved is what was measured."""
    words = classifier.words
    document = {
        "task": TASK,
        "environment": environment(),
        "labels": classifier.labels,
        "words": words.words,
        "word_weights": _packed(words.word_weights),
        "parts": words.parts,
        "part_weights": _packed(words.part_weights),
        "weights": _packed(classifier.weights),
        "offsets": _packed(classifier.offsets),
        "sharpness": classifier.sharpness,
        "floor": classifier.floor,
        "calibrated": classifier.calibrated,
    }
    (folder / DOCUMENT_FILE).write_text(json.dumps(document, sort_keys=True), encoding="utf-8")


def load(folder: Path) -> Classifier:
    """Reads a classifier. Raises ArtifactRefused where it was made for another environment or is not whole."""
    document: dict[str, Any] = json.loads((folder / DOCUMENT_FILE).read_text(encoding="utf-8"))
    found, expected = document.get("environment"), environment()
    if document.get("task") != TASK:
        raise ArtifactRefused(folder, "task", document.get("task"), TASK)
    if found != expected:
        raise ArtifactRefused(folder, "environment", found, expected)
    words = Words(
        tuple(document["words"]),
        _unpacked(document["word_weights"]),
        tuple(document["parts"]),
        _unpacked(document["part_weights"]),
    )
    labels = tuple(document["labels"])
    weights = _unpacked(document["weights"])
    if weights.size != len(labels) * len(words):
        raise ArtifactRefused(folder, "weights", weights.size, len(labels) * len(words))
    return Classifier(
        labels=labels,
        words=words,
        weights=weights.reshape(len(labels), len(words)),
        offsets=_unpacked(document["offsets"]),
        sharpness=float(document["sharpness"]),
        floor=float(document["floor"]),
        calibrated=bool(document["calibrated"]),
    )


def environment() -> dict[str, Any]:
    """What the counts of words depend on: the library that splits texts, and how long a line is counted."""
    return {"format": FORMAT, "scikit_learn": version("scikit-learn").rsplit(".", 1)[0], "longest_line": LONGEST_LINE}


def digest_of(classifier: Classifier) -> str:
    """SHA-256 that names a classifier which no file holds, such as the one of the taxonomy's descriptions."""
    held = hashlib.sha256(json.dumps([classifier.labels, classifier.words.words], sort_keys=True).encode())
    held.update(classifier.weights.astype("<f4").tobytes())
    return held.hexdigest()


def _packed(numbers: Floats) -> str:
    return base64.b64encode(np.ascontiguousarray(numbers, dtype="<f4").tobytes()).decode()


def _unpacked(text: str) -> Floats:
    return np.frombuffer(base64.b64decode(text, validate=True), dtype="<f4").astype(np.float64)
