"""Shallow trees as tables: a score and its exact contributions by looking up, not by walking.

Which way each decision goes is one comparison of a whole array. The decisions of a tree are a code, and the code names
the line in its tables (see `models.scorers.shapley`). That costs some microseconds a row, where LightGBM's own
contributions cost hundreds.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Self

import numpy as np

from models.arrays import Flags, Floats, Ints
from models.scorers.shapley import CODES, PLACES, Placed, leaf_values, placed, shapley_values
from models.scorers.tree_text import Decision, trees_of

READS_AS_ZERO = float(np.float32(1e-35))
"""LightGBM reads a number of this size or less as 0 before it compares."""
_ROWS_AT_ONCE = 256
_BITS = 8


@dataclass(frozen=True)
class _Words:
    """The decisions on one feature of categories. ``goes_left`` has a line a category and one, the last, for others."""

    feature: int
    goes_left: Flags

    def of(self, values: Floats) -> Flags:
        """Which way each decision goes for each value, shape (rows, decisions). LightGBM cuts fractions off."""
        others = len(self.goes_left) - 1
        whole = np.trunc(values)
        named = (whole >= 0) & (whole < others)
        return self.goes_left.take(np.where(named, whole, others).astype(np.int64), axis=0)


@dataclass(frozen=True)
class _Decisions:
    """Every decision of the trees once: numbers first, then categories, then one that never goes left.

    ``at`` (trees x 8) says which of them stands at each place of each tree.
    """

    number: Ints
    threshold: Floats
    missing_left: Flags
    words: tuple[_Words, ...]
    count: int
    at: Ints

    def codes(self, matrix: Floats) -> Ints:
        """The code of each tree for each row, shape (rows, trees)."""
        clean = np.where(np.abs(matrix) <= READS_AS_ZERO, 0.0, matrix)
        values = clean.take(self.number, axis=1)
        left = np.zeros((len(matrix), self.count + 1), dtype=bool)
        end = len(self.number)
        numbers = left[:, :end]
        np.less_equal(values, self.threshold, out=numbers)
        numbers |= np.isnan(values) & self.missing_left
        for words in self.words:
            start, end = end, end + words.goes_left.shape[1]
            left[:, start:end] = words.of(clean[:, words.feature])
        return np.packbits(left.take(self.at, axis=1), axis=1, bitorder="little").astype(np.int64)


@dataclass(frozen=True)
class ContributionTables:
    """Trees of at most three decisions in a row, compiled. ``base`` is their expectation over the training rows.

    ``contributions`` has a line a pair of tree and feature, in the order of the features: ``tree_of`` names the tree,
    ``starts`` where each of the ``used`` features begins.
    """

    features: int
    base: float
    decisions: _Decisions
    values: Floats
    contributions: Floats
    tree_of: Ints
    starts: Ints
    used: Ints

    @classmethod
    def of(cls, text: str, features: int) -> Self | None:
        """The tables of a booster's text for a matrix of so many columns.

        None where a tree is deeper than three decisions or holds what `trees_of` does not read: such a booster has to
        explain itself.
        """
        trees = trees_of(text)
        if trees is None:
            return None
        heaps = [heap for tree in trees if (heap := placed(tree)) is not None]
        if len(heaps) < len(trees) or not heaps:
            return None
        shapley = shapley_values(heaps)
        pairs = sorted(
            (feature, tree, slot) for tree, heap in enumerate(heaps) for slot, feature in enumerate(heap.features)
        )
        feature, tree_of, slot = np.array(pairs, dtype=np.int64).reshape(-1, 3).T
        used, starts = np.unique(feature, return_index=True)
        return cls(
            features,
            float(sum(heap.expected for heap in heaps)),
            _decisions(heaps),
            leaf_values(heaps).ravel(),
            np.ascontiguousarray(shapley[tree_of, slot]).ravel(),
            tree_of,
            starts.astype(np.int64),
            used,
        )

    def raw(self, matrix: Floats) -> Floats:
        """The raw score of each row; to the bit what the booster says, for the trees are added in its order."""
        return self._in_parts(matrix, explain=False)[0]

    def explained(self, matrix: Floats) -> tuple[Floats, Floats]:
        """The raw scores (rows,) and the effects (rows, features) that add up to them with ``base``."""
        return self._in_parts(matrix, explain=True)

    def _in_parts(self, matrix: Floats, *, explain: bool) -> tuple[Floats, Floats]:
        """Some rows at a time: all that a few hundred need stays in the processor's cache."""
        raw = np.empty(len(matrix))
        effects = np.zeros((len(matrix), self.features if explain else 0))
        line = np.arange(len(self.decisions.at) // _BITS) * CODES
        pair = np.arange(len(self.tree_of)) * CODES
        for start in range(0, len(matrix), _ROWS_AT_ONCE):
            part = slice(start, start + _ROWS_AT_ONCE)
            codes = self.decisions.codes(matrix[part])
            # one by one, as the booster does: a sum in pairs would round differently for one row and for many
            raw[part] = self.values.take(codes + line).cumsum(axis=1)[:, -1]
            if explain and len(self.used):
                parts = self.contributions.take(codes.take(self.tree_of, axis=1) + pair)
                effects[part, self.used] = np.add.reduceat(parts, self.starts, axis=1)
        return raw, effects


def _decisions(trees: Sequence[Placed]) -> _Decisions:
    every = {decision for tree in trees for decision in tree.decisions if decision is not None}
    ordered = sorted(every, key=_order)
    numbers = [each for each in ordered if each.goes_left is None]
    position = {decision: place for place, decision in enumerate(ordered)}
    places = [
        len(ordered) if decision is None else position[decision]
        for tree in trees
        for decision in (*tree.decisions, *[None] * (_BITS - PLACES))
    ]
    return _Decisions(
        np.array([each.feature for each in numbers], dtype=np.int64),
        np.array([each.threshold for each in numbers], dtype=np.float64),
        np.array([each.missing_left for each in numbers], dtype=bool),
        tuple(_words(feature, group) for feature, group in groupby(ordered[len(numbers) :], lambda each: each.feature)),
        len(ordered),
        np.array(places, dtype=np.int64),
    )


def _words(feature: int, decisions: Iterable[Decision]) -> _Words:
    sets = [each.goes_left or frozenset() for each in decisions]
    goes_left = np.zeros((2 + max(max(each, default=0) for each in sets), len(sets)), dtype=bool)
    for column, each in enumerate(sets):
        goes_left[list(each), column] = True
    return _Words(feature, goes_left)


def _order(decision: Decision) -> tuple[bool, int, float, bool, list[int]]:
    words = decision.goes_left
    return words is not None, decision.feature, decision.threshold, decision.missing_left, sorted(words or ())
