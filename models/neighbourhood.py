"""How a task asks for the few records that its subjects' snapshots need, without knowing where they are kept."""

import datetime as dt
from collections.abc import Collection
from typing import Protocol

import polars as pl


class Fetch(Protocol):
    """Returns the rows of a table whose ``column`` is one of ``values``, in the canonical schema, ordered by key.

    None for ``values`` is any, also null: for who has to look at a whole firm, as no neighbourhood does. ``since``
    names a day column and the first day that is wanted; rows before it are left out.
    """

    def __call__(
        self, table: str, column: str, values: Collection[str] | None, *, since: tuple[str, dt.date] | None = None
    ) -> pl.DataFrame: ...
