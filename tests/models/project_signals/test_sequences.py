"""Going through each owner's events one after the other."""

import polars as pl
import pytest

from models.project_signals.sequences import steps


@pytest.mark.parametrize(
    ("owners", "expected"),
    [
        ([], []),
        (["a"], [[0]]),
        (["a", "a", "a"], [[0], [1], [2]]),
        (["a", "a", "b", "c", "c", "c"], [[0, 2, 3], [1, 4], [5]]),
        (["a", "b", "b"], [[0, 1], [2]]),
    ],
)
def test_first_events_come_first_then_the_second_ones(owners, expected):
    found = [rows.tolist() for rows in steps(pl.Series("owner", owners, dtype=pl.String))]
    assert found == expected
