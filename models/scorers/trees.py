"""Gradient-boosted trees, scored and explained by tables where they are shallow enough."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

import lightgbm as lgb
import numpy as np

from models.arrays import Floats
from models.scorers import Kind
from models.scorers.contribution_tables import ContributionTables


@dataclass(frozen=True)
class Trees:
    """A LightGBM booster whose raw score is a log-odds.

    Up to a depth of three decisions its scores and contributions are looked up (`ContributionTables`). A deeper one
    answers by itself: the same numbers, at a price a row that grows with trees, leaves and depth.
    """

    kind: ClassVar[Kind] = "trees"

    booster: lgb.Booster
    tables: ContributionTables | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        tables = ContributionTables.of(self.text(), self.booster.num_feature())
        object.__setattr__(self, "tables", tables)

    @property
    def base(self) -> float:
        """What the trees expect over the rows they were fitted on."""
        if self.tables is not None:
            return self.tables.base
        contributions = self._predict(np.zeros((1, self.booster.num_feature())), pred_contrib=True)
        return float(contributions[0, -1])

    def raw(self, matrix: Floats) -> Floats:
        return self._predict(matrix, raw_score=True) if self.tables is None else self.tables.raw(matrix)

    def explained(self, matrix: Floats) -> tuple[Floats, Floats]:
        if self.tables is not None:
            return self.tables.explained(matrix)
        effects = np.ascontiguousarray(self._predict(matrix, pred_contrib=True)[:, :-1])
        return self._predict(matrix, raw_score=True), effects

    def document(self) -> dict[str, Any]:
        return {"kind": self.kind}

    def text(self) -> str:
        """The booster in LightGBM's own text, from which it can be made again."""
        return str(self.booster.model_to_string())

    def _predict(self, matrix: Floats, **what: bool) -> Floats:
        """One thread: on a single row more of them cost a hundred times what they save (spin-waiting)."""
        return np.asarray(self.booster.predict(matrix, num_threads=1, **what), dtype=np.float64)
