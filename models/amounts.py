"""How much is expected, beside how likely: the mean and the 10th, 50th and 90th percentile of an amount."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from models.arrays import Floats
from models.forecast import AMOUNTS
from models.scorers.trees import Trees

QUANTILES: Mapping[str, float] = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
"""Which share of the amounts lies below each of the percentiles."""


@dataclass(frozen=True)
class Amounts:
    """What is expected of any row, and what each row's fields change about it.

    ``constant`` has the mean and the percentiles of the amounts that were learnt from, by the names of `AMOUNTS`; an
    amount that has ``trees`` is theirs instead.
    """

    constant: Mapping[str, float]
    trees: Mapping[str, Trees]

    def of(self, matrix: Floats) -> pl.DataFrame:
        """The amounts of each row, columns `AMOUNTS`. Percentiles never cross: they are sorted."""
        found = {name: self._one(name, matrix) for name in AMOUNTS}
        ordered = np.sort(np.column_stack([found[name] for name in QUANTILES]), axis=1)
        percentiles = {name: ordered[:, column] for column, name in enumerate(QUANTILES)}
        return pl.DataFrame({"mean": found["mean"], **percentiles})

    def _one(self, name: str, matrix: Floats) -> Floats:
        trees = self.trees.get(name)
        return np.full(len(matrix), self.constant[name]) if trees is None else trees.raw(matrix)

    @cached_property
    def texts(self) -> dict[str, str]:
        """The boosters in LightGBM's text, by the names of `AMOUNTS`."""
        return {name: trees.text() for name, trees in self.trees.items()}
