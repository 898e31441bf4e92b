"""A regularised linear model with shallow trees on what it leaves over: smooth effects from few rows, and what bends.

Trees have to spend many splits on a straight line, and each split is learnt from fewer rows than the one before; a
line sees no interaction. Together they need fewer trees than trees alone. Both are sums over the fields, so effects
still add up exactly.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from models.arrays import Floats
from models.scorers import Kind
from models.scorers.additive import Additive
from models.scorers.trees import Trees


@dataclass(frozen=True)
class LinearTrees:
    """The sum of a `linear` model and of trees that were fitted to what it leaves over."""

    kind: ClassVar[Kind] = "linear_trees"

    linear: Additive
    trees: Trees

    @property
    def base(self) -> float:
        return self.linear.base + self.trees.base

    def raw(self, matrix: Floats) -> Floats:
        return self.linear.raw(matrix) + self.trees.raw(matrix)

    def explained(self, matrix: Floats) -> tuple[Floats, Floats]:
        (line, of_line), (bends, of_trees) = self.linear.explained(matrix), self.trees.explained(matrix)
        return line + bends, of_line + of_trees

    def document(self) -> dict[str, Any]:
        return {"kind": self.kind, "linear": self.linear.document()}

    def text(self) -> str:
        """The booster in LightGBM's own text; the linear model stands in the document."""
        return self.trees.text()
