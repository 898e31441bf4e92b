"""What turns the matrix of some snapshots into raw scores and the effects that add up to them.

There are five kinds. With few outcomes the task's *rule* answers, with some more a regularised *linear* model, with
enough of them *trees*, or a linear model and trees together (*linear_trees*); without any outcome a score of how
unusual a row is, *unsupervised*, that is no probability.
"""

from typing import Any, Literal, Protocol

from models.arrays import Floats

Kind = Literal["rule", "linear", "trees", "linear_trees", "unsupervised"]


class Scorer(Protocol):
    """A fitted model of one kind. Scores of all kinds but the last are log-odds.

    Scores and effects of a row do not depend on the rows beside it, to the bit.
    """

    @property
    def kind(self) -> Kind:
        """Which kind of model this is."""
        ...

    @property
    def base(self) -> float:
        """The score that effects are counted from: what is expected over the training rows."""
        ...

    def raw(self, matrix: Floats) -> Floats:
        """The raw score of each row of a matrix (rows, features)."""
        ...

    def explained(self, matrix: Floats) -> tuple[Floats, Floats]:
        """The raw scores, and effects (rows, features): ``base + effects.sum(axis=1)`` is the score."""
        ...

    def document(self) -> dict[str, Any]:
        """All of it that JSON holds; a booster's text lies beside it."""
        ...
