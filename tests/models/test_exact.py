"""Division that does not care how many rows there are."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from models.exact import quotient


@given(st.lists(st.integers(-(10**13), 10**13), min_size=1, max_size=20), st.sampled_from([60, 3600, 3.6e9, 7.0]))
def test_every_row_is_divided_as_python_divides_it(values, divisor):
    assert quotient(pl.Series(values), divisor).to_list() == [value / divisor for value in values]


def test_null_stays_null_and_nothing_stays_nothing():
    assert quotient(pl.Series("x", [3, None]), 2).to_list() == [1.5, None]
    assert quotient(pl.Series("x", [], dtype=pl.Int64), 2).to_list() == []
