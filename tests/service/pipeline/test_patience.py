"""Work is tried again as long as it is the database that is gone, and a few times where it fails by itself."""

import threading

import pytest
from sqlalchemy.exc import DBAPIError, OperationalError

from ledger.errors import DatabaseUnavailableError
from service.pipeline.patience import FAILURES, OUTAGES, LeftForLater, Patience
from service.store.errors import BudgetSpentError, CommitterClosedError


class Impatient(threading.Event):
    """Waits for nothing, and counts how often it was to wait."""

    def __init__(self, left=False):
        super().__init__()
        self.waits, self.left = [], left

    def wait(self, timeout=None):
        self.waits.append(timeout)
        return self.left


class Stated(Exception):
    """An error of a driver that names an SQLSTATE."""

    def __init__(self, sqlstate):
        super().__init__()
        self.sqlstate = sqlstate


def of_state(sqlstate):
    return DBAPIError("SELECT", None, Stated(sqlstate))


GONE = DatabaseUnavailableError("postgresql://…", "gone")
LOST = OperationalError("SELECT", None, Stated("08006"), connection_invalidated=True)
SAID = RuntimeError("wrapped")
SAID.__cause__ = of_state("57P01")


def failing(error, times):
    """Work that fails so often and then succeeds."""
    left = iter([error] * times)

    def work():
        for failure in left:
            raise failure
        return "done"

    return work


@pytest.mark.parametrize("error", [GONE, LOST, SAID, of_state("40P01"), of_state("55P03"), of_state("53300")])
def test_an_outage_is_outlasted(error):
    leaving = Impatient()
    assert Patience(leaving).outlast(failing(error, OUTAGES - 1)) == "done"
    assert len(leaving.waits) == OUTAGES - 1
    assert leaving.waits == sorted(leaving.waits)
    assert leaving.waits[-1] == 10.0


def test_an_outage_that_lasts_leaves_the_work_for_later():
    with pytest.raises(LeftForLater):
        Patience(Impatient()).outlast(failing(GONE, OUTAGES))


@pytest.mark.parametrize("error", [ValueError("a bug"), of_state("23505"), of_state("22P02")])
def test_work_that_fails_by_itself_is_tried_a_few_times(error):
    assert Patience(Impatient()).outlast(failing(error, FAILURES - 1)) == "done"
    with pytest.raises(type(error)):
        Patience(Impatient()).outlast(failing(error, FAILURES))


def test_a_spent_budget_is_looked_at_again_at_once():
    leaving = Impatient()
    assert Patience(leaving).outlast(failing(BudgetSpentError(), 50)) == "done"
    assert set(leaving.waits) == {0}


@pytest.mark.parametrize("error", [GONE, ValueError("a bug"), BudgetSpentError(), CommitterClosedError()])
def test_whoever_leaves_does_not_wait(error):
    with pytest.raises(LeftForLater):
        Patience(Impatient(left=True)).outlast(failing(error, 1))
