"""One budget for all questions of an answer, a breaker for each endpoint, and a cache of what counted."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import BaseModel

from service.chains.breaker import Breaker, State
from service.chains.budget import Budget
from service.chains.cache import Cache, Key


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_a_budget_counts_down_from_the_moment_it_was_made(clock):
    budget = Budget(30, 2, 100, clock=clock)
    assert (budget.seconds_left, budget.calls_left, budget.tokens_left) == (30, 2, 100)
    clock.now += 31
    assert budget.seconds_left == 0


def test_a_call_is_taken_with_all_that_it_may_use_or_not_at_all():
    budget = Budget(30, 3, 100)
    assert budget.take(60)
    assert not budget.take(41)
    budget.give_back(50)
    assert budget.take(90)
    assert (budget.calls_left, budget.tokens_left) == (1, 0)
    assert budget.take(0)
    assert not budget.take(0), "no call is left"


def test_threads_cannot_take_the_same_call_twice():
    budget = Budget(30, 10, 1000)
    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(lambda _: budget.take(1), range(50)))
    assert sum(taken) == 10


def test_an_endpoint_that_fails_in_a_row_rests_and_is_then_tried_by_one_call(clock):
    turns = []
    breaker = Breaker(failures=2, rest_seconds=30, clock=clock, turns=turns.append)

    def call(outcome):
        assert breaker.ready()
        breaker.begin()
        getattr(breaker, outcome)()

    for outcome in ("failed", "succeeded", "failed", "abandoned", "failed"):
        call(outcome)
    assert breaker.state is State.OPEN, "two in a row, an abandoned one between them telling nothing"
    assert not breaker.ready()
    clock.now += 30
    breaker.begin()
    assert not breaker.ready(), "one call tries it, no second one"
    breaker.failed()
    assert not breaker.ready()
    clock.now += 30
    call("abandoned")
    call("succeeded")
    assert (breaker.state, breaker.ready()) == (State.CLOSED, True)
    trial = [State.OPEN, State.HALF_OPEN]
    assert turns == [*trial, *trial, *trial, State.CLOSED]


class Said(BaseModel):
    labels: list[str]


KEY = Key("prompt", "http://endpoint", "model", "shape", "document", "DE")


def test_the_cache_holds_copies_for_a_while_and_only_the_last_ones(clock):
    cache = Cache(most=2, kept_seconds=60, clock=clock)
    said = Said(labels=["audit"])
    cache.put(KEY, said)
    said.labels.append("changed by whoever asked")
    cache.get(KEY).labels.append("changed by another")
    assert cache.get(KEY) == Said(labels=["audit"])
    cache.put(KEY._replace(region="FR"), said)
    cache.get(KEY)
    cache.put(KEY._replace(region="GB"), said)
    assert [cache.get(KEY._replace(region=region)) is not None for region in ("DE", "FR", "GB")] == [True, False, True]
    clock.now += 60
    assert cache.get(KEY) is None


@pytest.mark.parametrize("part", Key._fields)
def test_whatever_differs_in_a_key_makes_another_question(part):
    cache = Cache()
    cache.put(KEY, Said(labels=[]))
    assert cache.get(KEY._replace(**{part: "another"})) is None
