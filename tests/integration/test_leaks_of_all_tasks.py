"""No task of the catalog sees the future: deleting all that came later changes no bit of what is learnt and said.

A task that is added to the catalog is held to this without a line of its own. ``make bench-leaks`` shows the same on a
larger firm, at more instants.
"""

import datetime as dt

import pytest

from models.catalog import TASKS
from models.records import TABLES
from tests.benchmarks.leaking.canaries import CANARIES
from tests.benchmarks.leaking.comparison import compare, learnt_by_both, same_rows
from tests.benchmarks.leaking.deletion import without_what_came_later
from tests.integration.conftest import CUT

AS_OF = dt.datetime(2024, 8, 2, 12, 30, tzinfo=dt.UTC)
AFTER_ALL = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
PLANTED = ("rows dated too early", "cells as they were at last")

pytestmark = pytest.mark.xdist_group("simulated firm")


@pytest.fixture(scope="module")
def left(firm):
    """By instant: the records without all that came later."""
    return {at: without_what_came_later(firm, at) for at in (CUT, AS_OF, AFTER_ALL)}


def test_what_came_later_is_gone_and_what_came_before_is_left(firm, left):
    assert left[CUT].rows > left[AS_OF].rows > 1000
    assert left[AS_OF].cells > 100
    for at in (CUT, AS_OF):
        records = left[at].records
        assert records["revisions"]["known_at"].max() <= at
        assert records["time_entries"].select("entered_at", "approved_at").max().row(0) <= (at, at)
        assert records["people"].drop_nulls("job_role")["joined_on"].max() <= at.date()
    for name, frame in left[AFTER_ALL].records.items():
        if name != "revisions":
            assert frame.select(TABLES[name].key).equals(firm[name].select(TABLES[name].key))


@pytest.mark.parametrize("name", TASKS)
def test_the_same_is_learnt_from_records_without_what_came_later(name, firm, left, quick_settings):
    found = same_rows(*learnt_by_both(TASKS[name], firm, left[CUT].records, CUT, quick_settings[name]))
    assert found.rows > 100
    assert found.different == 0


@pytest.mark.parametrize("name", TASKS)
def test_the_same_is_said_by_records_without_what_came_later(name, firm, left, predictor_of):
    found = compare(TASKS[name], predictor_of(name), (firm, left[AS_OF].records), AS_OF)
    assert found.rows > 1
    assert found.different == 0


@pytest.mark.parametrize("canary", PLANTED)
@pytest.mark.parametrize("name", TASKS)
def test_a_leak_that_was_planted_is_caught(name, canary, firm, left, predictor_of):
    task, sides = TASKS[name], (firm, left[AS_OF].records)
    assert compare(task, predictor_of(name), sides, AS_OF, CANARIES[canary](task)).different > 0
