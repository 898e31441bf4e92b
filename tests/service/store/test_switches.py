"""A kill switch says how it stands, and only one person turns it at a time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from service.gate.switch import Scope, Turn
from service.store.switches import KillSwitch, locked, stops, switches, turn


@pytest.fixture
def turned(connection, now):
    def turned(way, scope=Scope.TASK, name="staffing_risk", by="dora", hours=0):
        turn(connection, scope, name, way, principal_id=by, reason="why", now=now + timedelta(hours=hours))

    return turned


def test_nothing_is_stopped_that_nobody_has_stopped(connection):
    assert not stops(connection, task="staffing_risk", workflow=None).task
    assert locked(connection, Scope.TASK, "staffing_risk") is None
    assert switches(connection) == []


def test_what_is_stopped_goes_on_when_it_is_resumed_and_tells_who_turned_it_last(connection, turned, now):
    turned(Turn.STOP)
    assert stops(connection, task="staffing_risk", workflow=None).task
    turned(Turn.RESUME, by="karl", hours=1)
    assert not stops(connection, task="staffing_risk", workflow=None).task
    (switch,) = switches(connection)
    assert switch == KillSwitch(Scope.TASK, "staffing_risk", False, "karl", "why", now + timedelta(hours=1))
    assert locked(connection, Scope.TASK, "staffing_risk") == switch


def test_a_task_and_a_workflow_of_one_name_are_two_switches(connection, turned):
    turned(Turn.STOP, scope=Scope.WORKFLOW, name="staffing")
    turned(Turn.STOP, name="missing_time")
    assert stops(connection, task="staffing", workflow="staffing") == (False, True)
    assert stops(connection, task="missing_time", workflow="missing_time") == (True, False)
    assert [(each.scope, each.name) for each in switches(connection)] == [
        (Scope.TASK, "missing_time"),
        (Scope.WORKFLOW, "staffing"),
    ]


def test_whoever_looks_at_a_switch_to_turn_it_keeps_others_waiting_and_they_see_how_it_stands_then(engine, now):
    with engine.begin() as connection:
        turn(connection, Scope.TASK, "t", Turn.STOP, principal_id="dora", reason="why", now=now)

    def second():
        with engine.begin() as connection:
            return locked(connection, Scope.TASK, "t")

    with ThreadPoolExecutor(1) as pool:
        with engine.begin() as connection:
            locked(connection, Scope.TASK, "t")
            waiting = pool.submit(second)
            turn(connection, Scope.TASK, "t", Turn.RESUME, principal_id="karl", reason="why", now=now)
            assert not waiting.done()
        assert (waiting.result(timeout=30).stopped, waiting.result().principal_id) == (False, "karl")
