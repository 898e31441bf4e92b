"""The trees of a booster, read from LightGBM's own text: what it decides by, and what it says at each leaf.

The text and not `Booster.dump_model`: JSON has no infinity, so there an infinite threshold is written as 1e300.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.arrays import Floats, Ints

IS_CATEGORY = 1
DEFAULT_LEFT = 2
MISSING: dict[int, Literal["none", "zero", "nan"]] = {0: "none", 1: "zero", 2: "nan"}
"""How a decision reads a missing value: by bits 2 and 3 of its type."""
BITS_A_WORD = 32


@dataclass(frozen=True)
class Decision:
    """Which way a node sends a row. ``goes_left`` are the categories that go left, None where a number is compared.

    A number goes left where it is at most ``threshold``; a missing one goes left where ``missing_left`` says so.
    """

    feature: int
    threshold: float
    missing_left: bool
    goes_left: frozenset[int] | None


@dataclass(frozen=True)
class Tree:
    """One tree. Children are node numbers, or ``~leaf`` for a leaf; counts are the training rows that passed."""

    decisions: tuple[Decision, ...]
    left: Ints
    right: Ints
    leaf_value: Floats
    leaf_count: Floats
    node_count: Floats


def trees_of(text: str) -> list[Tree] | None:
    """The trees in a booster's text, None where one holds what is not read here.

    That is a model inside a leaf (linear trees) or a zero that counts as missing.
    """
    trees = []
    for fields in _blocks(text):
        types = _numbers(fields, "decision_type").astype(np.int64)
        if fields.get("is_linear", "0") != "0" or any(MISSING[kind >> 2 & 3] == "zero" for kind in types.tolist()):
            return None
        trees.append(_tree(fields, types))
    return trees


def _blocks(text: str) -> Iterator[dict[str, str]]:
    """The ``name=value`` lines of each tree."""
    body = text.partition("\nend of trees")[0]
    for block in body.split("\nTree=")[1:]:
        yield dict(line.split("=", 1) for line in block.splitlines()[1:] if "=" in line)


def _tree(fields: dict[str, str], types: Ints) -> Tree:
    features = _numbers(fields, "split_feature").astype(np.int64)
    thresholds = _numbers(fields, "threshold")
    words = [int(word) for word in fields.get("cat_threshold", "").split()]
    starts = [int(start) for start in fields.get("cat_boundaries", "").split()]
    decisions = []
    for feature, threshold, kind in zip(features.tolist(), thresholds.tolist(), types.tolist(), strict=True):
        if kind & IS_CATEGORY:
            bitset = words[starts[int(threshold)] : starts[int(threshold) + 1]]
            decisions.append(Decision(feature, 0.0, missing_left=False, goes_left=_members(bitset)))
        else:
            # without missing values in training, LightGBM reads one as 0
            left = bool(kind & DEFAULT_LEFT) if MISSING[kind >> 2 & 3] == "nan" else threshold >= 0.0
            decisions.append(Decision(feature, threshold, missing_left=left, goes_left=None))
    return Tree(
        tuple(decisions),
        _numbers(fields, "left_child").astype(np.int64),
        _numbers(fields, "right_child").astype(np.int64),
        _numbers(fields, "leaf_value"),
        _numbers(fields, "leaf_count"),
        _numbers(fields, "internal_count"),
    )


def _members(bitset: list[int]) -> frozenset[int]:
    return frozenset(
        position * BITS_A_WORD + bit
        for position, word in enumerate(bitset)
        for bit in range(BITS_A_WORD)
        if word >> bit & 1
    )


def _numbers(fields: dict[str, str], name: str) -> Floats:
    return np.array([float(value) for value in fields.get(name, "").split()], dtype=np.float64)
