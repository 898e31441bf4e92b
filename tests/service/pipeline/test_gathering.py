"""Snapshots that are built together are those that each ask would have got alone."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from models.catalog import TASKS
from service.store.errors import CommitterClosedError
from service.store.records import fetch
from service.triage.asking import Asked, SubjectsRefused, from_records
from service.triage.gathering import Gathering, _Ask
from tests.service.pipeline.conftest import RECEIVED

ANY = SimpleNamespace(settings={})
EARLIER = RECEIVED - timedelta(days=14)


@pytest.fixture
def gathering(deployment, engine):  # with the firm's records
    return Gathering(engine)


def shown(said):
    return (said.snapshots.rows(), said.nothing_to_predict) if isinstance(said, Asked) else said.rows


def alone(engine, task, ask):
    with engine.connect() as connection:
        try:
            return shown(from_records(task, ANY, ask.ids, ask.as_of, fetch(connection)))
        except SubjectsRefused as refused:
            return refused.rows


@pytest.mark.parametrize("name", TASKS)
def test_each_gets_what_it_would_have_got_alone(engine, gathering, records, name):
    task = TASKS[name]
    now, before = (task.open_at(records, at)["subject_id"].to_list()[:4] for at in (RECEIVED, EARLIER))
    of_nobody = "nobody/2025-10-20" if name == "missing_time" else "nobody"
    asks = [
        _Ask(ANY, ids, at)
        for ids, at in [
            (tuple(now), RECEIVED),
            ((now[0], *before[::-1]), EARLIER),
            ((now[1], of_nobody, "\u2028"), RECEIVED),
        ]
    ]
    together = [shown(said) for said in gathering._built(task, asks)]
    assert together[:2] == [alone(engine, task, ask) for ask in asks[:2]]
    assert set(together[2]) == {1, 2}
    assert together[0][0]


def test_what_fails_for_one_fails_for_nobody_else(gathering, records):
    task = TASKS["missing_time"]
    bad, *good = task.open_at(records, RECEIVED)["subject_id"].to_list()[:3]

    def build(found, subjects, settings):
        if bad in subjects["subject_id"].to_list():
            raise ZeroDivisionError
        return task.build(found, subjects, settings)

    asks = [_Ask(ANY, (subject,), RECEIVED) for subject in (good[0], bad, good[1])]
    gathering._settle(replace(task, build=build), asks)
    assert isinstance(asks[1].asked.exception(), ZeroDivisionError)
    for ask in (asks[0], asks[2]):
        assert {*ask.asked.result().snapshots["subject_id"], *ask.asked.result().nothing_to_predict} == set(ask.ids)


def test_after_the_end_nothing_is_built(engine):
    with Gathering(engine) as gathering:
        pass
    with pytest.raises(CommitterClosedError):
        gathering.asked(TASKS["missing_time"], ANY, ["x"], RECEIVED)
