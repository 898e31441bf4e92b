"""Going through each owner's events one after the other, all owners at once.

What stands after an event depends on what stood before it, so a sum will not do. Events lie sorted by owner and time:
the one before lies in the row above, and the first events of all owners are worked out together, then all second ones.
Each owner's numbers are the same, to the bit, whoever else is worked out beside it.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from models.arrays import Ints


def steps(owners: pl.Series) -> Iterator[Ints]:
    """The rows of the first events of all owners, then of their second ones, and so on.

    ``owners`` names the owner of each event; equal owners lie beside each other.
    """
    first = (owners != owners.shift(1)).fill_null(value=True).to_numpy()
    rows = np.arange(len(first))
    place = rows - np.maximum.accumulate(np.where(first, rows, 0))
    order = np.argsort(place, kind="stable")
    yield from np.split(order, np.cumsum(np.bincount(place))[:-1]) if len(order) else ()
