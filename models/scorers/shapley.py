"""The exact Shapley values of small trees for every way in which their decisions can fall out.

A tree of depth 3 has at most 7 decisions, so at most 128 *codes*: bit ``n`` of a code says that the decision at place
``n`` goes left. Places are those of a heap: the root is 0, the children of ``n`` are ``2n + 1`` and ``2n + 2``, and the
eight leaves are 7 to 14. A leaf higher up fills all places below it.

What the tree expects when only some features are known goes down both sides of a decision on an unknown one, weighed by
the training rows that went there: path-dependent TreeSHAP (Lundberg et al., "Consistent individualized feature
attribution for tree ensembles", 2018), as LightGBM's ``pred_contrib`` has it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import factorial

import numpy as np

from models.arrays import Flags, Floats, Ints
from models.scorers.tree_text import Decision, Tree

DEEPEST = 3
PLACES = 2**DEEPEST - 1
CODES = 2**PLACES
_AT_ONCE = 32
"""Trees compiled together: the expectations of one are 128 x 128 numbers."""


@dataclass(frozen=True)
class Placed:
    """A tree laid out as a heap. ``left`` and ``right`` are the shares of the rows of each place that went there."""

    decisions: tuple[Decision | None, ...]
    leaves: Floats
    left: Floats
    right: Floats
    expected: float

    @property
    def features(self) -> list[int]:
        """The features that it asks about, each once."""
        return list(dict.fromkeys(decision.feature for decision in self.decisions if decision is not None))


def placed(tree: Tree) -> Placed | None:
    """The tree as a heap, None where it is deeper than three decisions."""
    decisions: list[Decision | None] = [None] * PLACES
    leaves, left, right = np.zeros(PLACES + 1), np.full(PLACES, 0.5), np.full(PLACES, 0.5)
    waiting = [(0, 0 if tree.decisions else ~0)]
    while waiting:
        place, node = waiting.pop()
        if node < 0:
            leaves[_below(place)] = tree.leaf_value[~node]
            continue
        if place >= PLACES:
            return None
        decisions[place] = tree.decisions[node]
        children = int(tree.left[node]), int(tree.right[node])
        left[place], right[place] = (_count(tree, child) / tree.node_count[node] for child in children)
        waiting += [(2 * place + 1, children[0]), (2 * place + 2, children[1])]
    expected = float(tree.leaf_value[0])
    if tree.decisions:
        expected = float((tree.leaf_count * tree.leaf_value).sum() / tree.node_count[0])
    return Placed(tuple(decisions), leaves, left, right, expected)


def _count(tree: Tree, node: int) -> float:
    return float(tree.leaf_count[~node] if node < 0 else tree.node_count[node])


def _below(place: int) -> slice:
    """The leaves under a place."""
    first = last = place
    while first < PLACES:
        first, last = 2 * first + 1, 2 * last + 2
    return slice(first - PLACES, last - PLACES + 1)


def leaf_values(trees: Sequence[Placed]) -> Floats:
    """What each tree says for each code, shape (trees, 128)."""
    code = np.arange(CODES)
    place = np.zeros(CODES, dtype=np.int64)
    for _ in range(DEEPEST):
        place = 2 * place + np.where(code >> place & 1, 1, 2)
    return np.stack([tree.leaves for tree in trees])[:, place - PLACES]


def shapley_values(trees: Sequence[Placed]) -> Floats:
    """The contribution of each feature to each tree for each code, shape (trees, 7, 128).

    The second axis follows `Placed.features`; where a tree has fewer than seven, the rest are zero.
    """
    parts = [_values(trees[start : start + _AT_ONCE]) for start in range(0, len(trees), _AT_ONCE)]
    return np.concatenate(parts) if parts else np.zeros((0, PLACES, CODES))


def _values(trees: Sequence[Placed]) -> Floats:
    leaves, left, right = (np.stack([getattr(tree, name) for tree in trees]) for name in ("leaves", "left", "right"))
    slots: Ints = np.array([[_slot(tree, place) for place in range(PLACES)] for tree in trees])
    subset, code = np.arange(CODES)[:, None], np.arange(CODES)[None, :]
    values = {PLACES + leaf: leaves[:, leaf, None, None] for leaf in range(PLACES + 1)}
    for place in reversed(range(PLACES)):
        to_left, to_right = values.pop(2 * place + 1), values.pop(2 * place + 2)
        known: Flags = (subset >> slots[:, place, None, None] & 1).astype(bool)
        unknown = left[:, place, None, None] * to_left + right[:, place, None, None] * to_right
        values[place] = np.where(known, np.where(code >> place & 1, to_left, to_right), unknown)
    shapley: Floats = _weights() @ np.broadcast_to(values[0], (len(trees), CODES, CODES))
    return shapley


def _slot(tree: Placed, place: int) -> int:
    """Which of the tree's features is asked at a place; without a decision any will do, for both sides are alike."""
    decision = tree.decisions[place]
    return 0 if decision is None else tree.features.index(decision.feature)


def _weights() -> Floats:
    """What the expectation with each subset of seven features counts in the Shapley value of each, shape (7, 128).

    A feature that a tree does not ask about changes no expectation, so counting seven of them is always right.
    """
    weights = np.zeros((PLACES, CODES))
    for subset in range(CODES):
        size = subset.bit_count()
        for feature in range(PLACES):
            if subset >> feature & 1:
                weights[feature, subset] = factorial(size - 1) * factorial(PLACES - size) / factorial(PLACES)
            else:
                weights[feature, subset] = -factorial(size) * factorial(PLACES - size - 1) / factorial(PLACES)
    return weights
