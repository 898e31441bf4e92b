"""From snapshots to the matrix that a predictor reads, the same way in training and in serving."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from pydantic import BaseModel

from models.arrays import Floats

RAREST = 20
"""A category seen less often in training is read as unknown: too few rows to tell its effect from luck."""
FEW = 16
"""Up to so many rows are read cell by cell: a column costs as much as all the cells of some rows."""
NAN = float("nan")


def units(snapshot: type[BaseModel]) -> dict[str, str]:
    """The unit of each field of a snapshot, from its schema."""
    properties = snapshot.model_json_schema()["properties"]
    return {name: str(schema.get("unit", "")) for name, schema in properties.items()}


@dataclass(frozen=True)
class Features:
    """The fields that a predictor reads, in the order of its matrix, and the categories it knows of each word field."""

    names: tuple[str, ...]
    categories: dict[str, tuple[str, ...]]

    @classmethod
    def learn(cls, snapshot: type[BaseModel], no_features: Collection[str], frame: pl.DataFrame) -> "Features":
        """The features of a task as the training snapshots show them; fields that never vary are left out."""
        unit = units(snapshot)
        names, categories = [], {}
        for name in snapshot.model_fields:
            if name in no_features or frame[name].n_unique() < 2:  # noqa: PLR2004 - one value tells nothing
                continue
            if unit[name] == "category":
                counts = frame[name].drop_nulls().value_counts()
                known = counts.filter(pl.col("count") >= RAREST)[name].sort().to_list()
                if not known:
                    continue
                categories[name] = tuple(known)
            names.append(name)
        return cls(tuple(names), categories)

    @property
    def categorical(self) -> list[int]:
        """The matrix columns that hold category codes."""
        return [position for position, name in enumerate(self.names) if name in self.categories]

    def matrix(self, frame: pl.DataFrame) -> Floats:
        """Snapshots as numbers, shape (rows, features); null and unknown categories are NaN."""
        if not self.names:
            return np.empty((frame.height, 0))
        if frame.height <= FEW:
            rows = frame.rows(named=True)
            if self._are_plain(rows):
                return self.matrix_of(rows)
        columns = [self._column(frame[name]) for name in self.names]
        return np.ascontiguousarray(np.column_stack(columns), dtype=np.float64)

    def matrix_of(self, rows: Sequence[Mapping[str, Any]]) -> Floats:
        """The same from plain values, a mapping a snapshot: for a few rows this is many times quicker."""
        cells = [[self.number(name, row[name]) for name in self.names] for row in rows]
        return np.array(cells, dtype=np.float64).reshape(len(rows), len(self.names))

    def number(self, name: str, value: float | str | None) -> float:
        """What one field's value is in the matrix."""
        known = self._codes.get(name)
        if known is not None:
            return known.get(value, NAN)
        return NAN if value is None else float(value)

    def _are_plain(self, rows: Sequence[Mapping[str, Any]]) -> bool:
        """Whether the cells are what `matrix_of` takes: words as text, all else numbers."""
        return all(
            isinstance(row[name], str if name in self.categories else int | float) or row[name] is None
            for row in rows
            for name in self.names
        )

    @cached_property
    def _codes(self) -> dict[str, dict[Any, float]]:
        return {name: {word: float(code) for code, word in enumerate(known)} for name, known in self.categories.items()}

    def _column(self, values: pl.Series) -> Floats:
        if values.name in self.categories:
            known = self.categories[values.name]
            codes = pl.Series(range(len(known)), dtype=pl.Float64)
            values = values.cast(pl.String).replace_strict(list(known), codes, default=None, return_dtype=pl.Float64)
        return values.cast(pl.Float64).fill_null(NAN).to_numpy()
