"""Alerts that were given count as long as their window lasts, and of two takers none takes the last one twice."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from models.actions import Proposal
from models.money import MoneyAtRisk
from service.gate.case import Case
from service.gate.gate import Gate
from service.gate.policy_files import load_policies
from service.gate.recommendation import Recommendation
from service.gate.tables import load_tables
from service.gate.workflow_files import load_workflows
from service.store.alerts import alerts_given, give_back, take
from service.store.errors import BudgetSpentError
from tests.service.gate.conftest import CALL, PARAMS

WORKFLOW = """\
name: alerting
version: 1
description: Reminders, two a person a week.
purpose: time_submission
tasks: [missing_time]
stale_after: P7D
alert_budgets:
  - {kind: remind, per: person, at_most: 2}
start: open
steps:
  open:
    description: Running.
    owner: project_manager
    actions:
      remind_consultant:
        {approver_role: project_manager, expires_in: PT12H, confidence_floor: 0.10, text: "Remind {person_id}."}
"""


@pytest.fixture(scope="module")
def gate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("alerting")
    (folder / "alerting.yaml").write_text(WORKFLOW)
    return Gate(load_policies(), load_workflows(folder), load_tables())


@pytest.fixture
def remind(gate, now):
    """A recommendation to remind a person of a day, made as if nothing had been given before."""

    def make(day, person="P1", **given):
        params = {name: PARAMS[name] for name in ("day", "missing_hours")} | {"person_id": person}
        proposal = Proposal.of("remind_consultant", params, "No hours so far.")
        call = replace(CALL, workflow="alerting")
        said = gate.recommend(Case(call, f"{person}/{day}", proposal, 0.9, MoneyAtRisk()), given=given, now=now)
        assert isinstance(said, Recommendation)
        return said

    return make


def subjects(connection, said, now):
    """The subjects of the alerts that count in the budget of a recommendation."""
    (counted,) = said.counted
    given = alerts_given(connection, {counted.key: counted.within}, now=now)
    return {alert.subject for alert in given.get(counted.key, ())}


def test_an_alert_counts_until_its_window_has_passed(connection, remind, now):
    take(connection, [remind(2)], now=now)
    assert subjects(connection, remind(2), now + timedelta(days=7, seconds=-1)) == {"P1/2"}
    assert subjects(connection, remind(2), now + timedelta(days=7)) == set()
    assert subjects(connection, remind(2, person="P2"), now) == set()


def test_nothing_is_looked_up_where_no_budget_applies(connection, now):
    assert alerts_given(connection, {}, now=now) == {}
    take(connection, [], now=now)


def test_the_same_alert_again_is_one_and_counts_from_when_it_was_said_last(connection, remind, now):
    for later in (0, 3, 1):
        take(connection, [remind(2)], now=now + timedelta(days=later))
    take(connection, [remind(3)], now=now)
    assert subjects(connection, remind(2), now + timedelta(days=8)) == {"P1/2"}


def test_more_than_a_budget_allows_is_not_taken(connection, remind, now):
    take(connection, [remind(2), remind(3)], now=now)
    with pytest.raises(BudgetSpentError):
        take(connection, [remind(4)], now=now + timedelta(hours=1))


def test_a_budget_is_free_again_when_the_window_has_passed(connection, remind, now):
    take(connection, [remind(2), remind(3)], now=now)
    take(connection, [remind(4), remind(5)], now=now + timedelta(days=7))
    assert subjects(connection, remind(2), now + timedelta(days=7)) == {"P1/4", "P1/5"}


def test_what_was_withdrawn_counts_no_more(connection, remind, now):
    first = remind(2)
    take(connection, [first, remind(3)], now=now)
    give_back(connection, UUID(first.jti))
    take(connection, [remind(4)], now=now)
    assert subjects(connection, remind(2), now) == {"P1/3", "P1/4"}


def test_of_two_takers_at_once_the_second_waits_and_does_not_take_the_last_one_too(engine, remind, now):
    with engine.begin() as connection:
        take(connection, [remind(2)], now=now)

    def second():
        with engine.begin() as connection:
            take(connection, [remind(4)], now=now)

    with ThreadPoolExecutor(1) as pool:
        with engine.begin() as connection:
            take(connection, [remind(3)], now=now)
            waiting = pool.submit(second)
            assert not waiting.done()
        with pytest.raises(BudgetSpentError):
            waiting.result(timeout=30)
    with engine.connect() as connection:
        assert subjects(connection, remind(2), now) == {"P1/2", "P1/3"}


def test_many_takers_at_once_take_exactly_what_a_budget_allows(engine, remind, now):
    def taker(day):
        try:
            with engine.begin() as connection:
                take(connection, [remind(day), remind(day, person="P2")], now=now)
        except BudgetSpentError:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(taker, range(2, 8))) == 2
    with engine.connect() as connection:
        assert len(subjects(connection, remind(2), now)) == len(subjects(connection, remind(2, person="P2"), now)) == 2
