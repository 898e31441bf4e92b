"""Nobody can tell from what is shown of groups what is true of a few."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.small_groups import SMALLEST_GROUP, showable, too_small

groups = st.lists(st.frozensets(st.integers(0, 40).map(str), max_size=12), max_size=6)


@pytest.mark.parametrize(("persons", "small"), [(0, True), (1, True), (4, True), (5, False), (500, False)])
def test_five_persons_are_enough_and_four_are_not(persons, small):
    assert too_small(persons) == small


@given(groups=groups, others=st.frozensets(st.integers(41, 50).map(str), max_size=7))
def test_no_group_that_is_shown_is_small_and_those_left_out_are_none_or_many(groups, others):
    shown = showable(list(enumerate(groups)), others=others)
    assert shown == sorted(shown)
    assert all(len(groups[place]) >= SMALLEST_GROUP for place in shown)
    left_out = frozenset().union(others, *(groups[place] for place in range(len(groups)) if place not in shown))
    assert not shown or not left_out or len(left_out) >= SMALLEST_GROUP


@given(groups=groups)
def test_where_all_groups_are_large_all_are_shown(groups):
    large = [persons for persons in groups if len(persons) >= SMALLEST_GROUP]
    assert showable(list(enumerate(large))) == list(range(len(large)))
