"""A regularised linear model and shallow trees together: smooth effects from few rows, and what bends.

Trees have to spend many splits on a straight line, and each split is learnt from fewer rows than the one before; a
line sees no interaction. Either the trees learn what the line leaves over, and fewer of them do; or each learns alone
and their mean answers, whose errors are smaller where the two err in different ways (Bates and Granger, 1969). Both
are sums over the fields, so effects still add up exactly.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from models.arrays import Floats
from models.scorers import Kind
from models.scorers.additive import Additive
from models.scorers.trees import Trees


@dataclass(frozen=True)
class LinearTrees:
    """A `linear` model and trees: their sum where ``weight`` is 1, their mean where it is a half."""

    kind: ClassVar[Kind] = "linear_trees"

    linear: Additive
    trees: Trees
    weight: float = 1.0

    @property
    def base(self) -> float:
        return self.weight * (self.linear.base + self.trees.base)

    def raw(self, matrix: Floats) -> Floats:
        return self.weight * (self.linear.raw(matrix) + self.trees.raw(matrix))

    def explained(self, matrix: Floats) -> tuple[Floats, Floats]:
        (line, of_line), (bends, of_trees) = self.linear.explained(matrix), self.trees.explained(matrix)
        return self.weight * (line + bends), self.weight * (of_line + of_trees)

    def document(self) -> dict[str, Any]:
        return {"kind": self.kind, "linear": self.linear.document(), "weight": self.weight}

    def text(self) -> str:
        """The booster in LightGBM's own text; the linear model stands in the document."""
        return self.trees.text()
