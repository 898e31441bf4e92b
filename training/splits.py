"""Splits by time, where nothing is learnt before it was known.

A worked example with the cut on 1 October. A person-day of 27 September (a Friday) whose week closes on 30 September
is learnt from. One of 30 September, asked about that morning, closes on 7 October: its outcome was not known at the
cut, so it is in neither part. One of 1 October is measured on. *Folds* repeat this inside the training part, later and
later, so that a choice (how to calibrate) is also made on the future of what it was fitted on.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from training.dataset import Dataset

FOLDS = 4


class TooFewRowsError(Exception):
    """There is not enough to learn from or to measure on; the message says what was found and expected."""


@dataclass(frozen=True)
class Split:
    """Rows to learn from, and later rows to measure on."""

    learn: Dataset
    measure: Dataset


def split_at(dataset: Dataset, cut: dt.datetime) -> Split:
    """Learns from what was known by ``cut``, measures on what was asked from then on."""
    split = Split(dataset.resolved_by(cut), dataset.asked_from(cut))
    for part, rows, when in (("learn from", split.learn, "before"), ("measure on", split.measure, "after")):
        positives = int(rows.outcome.sum())
        if positives == 0 or positives == len(rows):
            raise TooFewRowsError(
                f"{len(rows)} rows to {part} {when} {cut:%Y-%m-%d}, {positives} of them with the outcome; "
                "expected some with it and some without"
            )
    return split


def folds(dataset: Dataset) -> Iterator[Split]:
    """The last third of the rows in equal parts, each to measure on, with all that was known before it to learn from.

    Only the last third: a choice made on the first weeks' thin history would not hold for a model that has it all.
    """
    if not len(dataset):
        return
    first = 2 * len(dataset) // 3
    instants = dataset.frame["as_of"]
    starts = [instants[first + fold * (len(dataset) - first) // FOLDS] for fold in range(FOLDS)]
    for start, end in zip(starts, [*starts[1:], None], strict=True):
        yield Split(dataset.resolved_by(start), dataset.asked_from(start, end))
