"""How good a classifier was on later documents that it had not seen."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.metrics import f1_score

from models.arrays import Flags, Floats
from models.sow.classifier import Classifier
from training.metrics import expected_calibration_error
from training.sows.documents import Documents
from training.sows.keyword_rule import KeywordRule


@dataclass(frozen=True)
class Measured:
    """A row a document: how likely the likeliest label was, whether it was right, how likely the true one was."""

    confidence: Floats
    right: Flags
    of_truth: Floats
    rule_right: Flags
    report: dict[str, Any]


def measured(classifier: Classifier, learnt: Documents, later: Documents) -> Measured:
    """Figures on ``later``. A label that was not learnt can only be missed, and is no part of the macro-F1.

    ``kept_share`` is how many get an answer, ``kept_accuracy`` how often that is right; ``half_accuracy`` the same of
    the half with the highest confidence.
    """
    chances = classifier.probabilities(later.texts)
    truth = np.array(later.labels)
    labels = np.array(classifier.labels)
    said = labels[chances.argmax(axis=1)]
    confidence, right = chances.max(axis=1), said == truth
    three = np.argsort(-chances, axis=1, kind="stable")[:, :3]
    place = {label: number for number, label in enumerate(classifier.labels)}
    of_truth = np.array(
        [chance[place[label]] if label in place else 0.0 for chance, label in zip(chances, later.labels, strict=True)]
    )
    rule = KeywordRule(learnt.texts, learnt.labels)
    by_rule = np.array([rule.label(text) for text in later.texts])
    kept = confidence >= classifier.floor
    half = np.argsort(-confidence, kind="stable")[: max(1, len(later) // 2)]
    came = sorted(set(later.labels) & set(classifier.labels))
    report = {
        "n": len(later),
        "accuracy": float(right.mean()),
        "macro_f1": _macro_f1(truth, said, came),
        "top3": float((labels[three] == truth[:, None]).any(axis=1).mean()),
        "kept_share": float(kept.mean()),
        "kept_accuracy": float(right[kept].mean()) if kept.any() else None,
        "half_accuracy": float(right[half].mean()),
        "ece": expected_calibration_error(right, confidence),
        "unknown_labels": int(sum(label not in place for label in later.labels)),
        "rule": {"accuracy": float((by_rule == truth).mean()), "macro_f1": _macro_f1(truth, by_rule, came)},
        "learnt_from": {"n": len(learnt), "labels": len(classifier.labels), "left_out": learnt.left_out},
    }
    return Measured(confidence, right, of_truth, by_rule == truth, report)


def _macro_f1(truth: Any, said: Any, labels: list[str]) -> float:
    """The mean F1 of the labels that were learnt and came."""
    return float(f1_score(truth, said, labels=labels, average="macro", zero_division=0))
