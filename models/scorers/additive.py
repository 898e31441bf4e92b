"""Models that are a sum of one function a field: a rule, a regularised regression, a score of what is unusual.

The effect of a field is its function less the function's mean over the training rows, so effects and ``base`` add up
to the score exactly, and each can be read off.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np

from models.arrays import Floats, Ints
from models.exact import row_sums
from models.scorers import Kind

_ROWS_AT_ONCE = 1024


@dataclass(frozen=True)
class Line:
    """``slope * x + offset`` for a number, held constant below ``low`` and above ``high``; ``missing`` for none."""

    low: float
    high: float
    slope: float
    offset: float
    missing: float
    shape: Literal["line"] = "line"


@dataclass(frozen=True)
class Steps:
    """``effects[k]`` for a number that has reached the first ``k`` of the ascending ``edges``; ``missing`` for none."""

    edges: tuple[float, ...]
    effects: tuple[float, ...]
    missing: float
    shape: Literal["steps"] = "steps"


@dataclass(frozen=True)
class Words:
    """``effects[k]`` for the category of code ``k``; ``missing`` for none or an unknown one."""

    effects: tuple[float, ...]
    missing: float
    shape: Literal["words"] = "words"


Shape = Line | Steps | Words
_SHAPES: dict[str, Any] = {"line": Line, "steps": Steps, "words": Words}


@dataclass(frozen=True)
class Additive:
    """A score that is ``base`` and an effect a field. ``shapes`` are by column; columns without one have no effect."""

    kind: Kind
    base: float
    features: int
    shapes: Mapping[int, Shape]

    def raw(self, matrix: Floats) -> Floats:
        return self.explained(matrix)[0]

    def explained(self, matrix: Floats) -> tuple[Floats, Floats]:
        effects = np.zeros((len(matrix), self.features))
        for start in range(0, len(matrix), _ROWS_AT_ONCE):
            part = slice(start, start + _ROWS_AT_ONCE)
            for group in self._groups:
                effects[part, group.columns] = group.effects(matrix[part].take(group.columns, axis=1))
        return self.base + row_sums(effects), effects

    def document(self) -> dict[str, Any]:
        shapes = {str(column): asdict(shape) for column, shape in sorted(self.shapes.items())}
        return {"kind": self.kind, "base": self.base, "features": self.features, "shapes": shapes}

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> "Additive":
        """The model that `document` wrote. Raises ValueError for an unknown kind or shape."""
        if document["kind"] not in get_args(Kind):
            raise ValueError(f"unknown kind of predictor {document['kind']!r}; expected one of {get_args(Kind)}")
        shapes = {int(column): _shape(given) for column, given in document["shapes"].items()}
        return cls(document["kind"], document["base"], document["features"], shapes)

    @cached_property
    def _groups(self) -> list["_Lines | _Steps | _Words"]:
        """The shapes of one form as arrays, so that a row costs one operation a form and not one a field."""
        by_form: dict[Any, dict[int, Any]] = {form: {} for form in _SHAPES.values()}
        for column, shape in sorted(self.shapes.items()):
            by_form[type(shape)][column] = shape
        made = (_Lines, by_form[Line]), (_Steps, by_form[Steps]), (_Words, by_form[Words])
        return [group(shapes) for group, shapes in made if shapes]


def _shape(given: Mapping[str, Any]) -> Shape:
    if given.get("shape") not in _SHAPES:
        raise ValueError(f"unknown shape {given.get('shape')!r}; expected one of {', '.join(_SHAPES)}")
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    shape: Shape = _SHAPES[given["shape"]](**values)
    return shape


class _Lines:
    def __init__(self, shapes: Mapping[int, Line]) -> None:
        self.columns: Ints = np.array(list(shapes), dtype=np.int64)
        names = ("low", "high", "slope", "offset", "missing")
        each = [np.array([getattr(shape, name) for shape in shapes.values()]) for name in names]
        self._low, self._high, self._slope, self._offset, self._missing = each

    def effects(self, values: Floats) -> Floats:
        held = np.minimum(np.maximum(values, self._low), self._high)
        return np.where(np.isnan(values), self._missing, self._slope * held + self._offset)


class _Steps:
    def __init__(self, shapes: Mapping[int, Steps]) -> None:
        self.columns: Ints = np.array(list(shapes), dtype=np.int64)
        longest = max(len(shape.edges) for shape in shapes.values())
        # NaN is reached by nothing, infinity would be by itself
        self._edges = np.array([_padded(shape.edges, longest, np.nan) for shape in shapes.values()])
        self._effects = np.array([_padded(shape.effects, longest + 1, 0.0) for shape in shapes.values()]).ravel()
        self._starts = np.arange(len(shapes)) * (longest + 1)
        self._missing = np.array([shape.missing for shape in shapes.values()])

    def effects(self, values: Floats) -> Floats:
        reached = (values[:, :, None] >= self._edges).sum(axis=2)
        return np.where(np.isnan(values), self._missing, self._effects.take(reached + self._starts))


class _Words:
    def __init__(self, shapes: Mapping[int, Words]) -> None:
        self.columns: Ints = np.array(list(shapes), dtype=np.int64)
        self._known = np.array([len(shape.effects) for shape in shapes.values()])
        self._starts = np.cumsum(self._known + 1) - (self._known + 1)
        self._effects = np.concatenate([(*shape.effects, shape.missing) for shape in shapes.values()])

    def effects(self, values: Floats) -> Floats:
        named = (values >= 0) & (values < self._known)
        code = np.where(named, values, self._known).astype(np.int64)
        effects: Floats = self._effects.take(code + self._starts)
        return effects


def _padded(values: tuple[float, ...], length: int, with_: float) -> list[float]:
    return [*values, *[with_] * (length - len(values))]
