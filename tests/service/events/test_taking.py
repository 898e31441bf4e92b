"""An event is kept once, and queued in the transaction that keeps it, however often and at how many doors it comes."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from service.events.event import EventType
from service.events.taking import OtherContent, kept_event, take
from service.inbox.settling import settle
from service.store.events import EventStatus, came_of, note_exceptions, settle_event
from service.triage.desk import Place
from tests.service.events.conftest import RECEIVED, event_of
from tests.service.inbox.finding_of import TRIAGE, finding

CALLERS = 8


@pytest.fixture
def queue(module_engine):
    """Queues in a table, as DBOS does: what was queued and by whom is seen once it is committed."""
    with module_engine.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS queued (event_id uuid)"))

    def enqueue(connection, event_ids):
        connection.execute(text("INSERT INTO queued VALUES (:id)"), [{"id": each} for each in event_ids])

    def queued(event_ids):
        with module_engine.connect() as connection:
            query = text("SELECT event_id FROM queued WHERE event_id = ANY(:ids)")
            return sorted(connection.execute(query, {"ids": list(event_ids)}).scalars())

    enqueue.queued = queued
    return enqueue


def again(event, **changes):
    """The same event as it is received once more."""
    return replace(event, event_id=uuid4(), received_at=event.received_at + timedelta(seconds=3), **changes)


def test_what_is_kept_is_read_as_it_was_given(module_engine, queue):
    event = event_of(EventType.WINDOW_CLOSING, place=Place("w", "i", "s", "rita", "billing"))
    (taken,) = take(module_engine, [event], queue)
    with module_engine.connect() as connection:
        assert kept_event(connection, taken.event_id, lock=True) == (event, EventStatus.ACCEPTED)
        assert kept_event(connection, uuid4()) is None


def test_what_comes_again_is_the_event_of_then_and_is_not_queued_again(module_engine, queue):
    first, second = event_of(EventType.STILL_OPEN), event_of(EventType.STILL_OPEN)
    (taken,) = take(module_engine, [first], queue)
    both = take(module_engine, [again(first), second, again(second)], queue)
    assert take(module_engine, [second], queue)[0].duplicate  # also one whose event_id is made from its identity
    assert [each.duplicate for each in [taken, *both]] == [False, True, False, True]
    assert [each.event_id for each in both] == [taken.event_id, second.event_id, second.event_id]
    assert queue.queued({first.event_id, second.event_id}) == sorted([first.event_id, second.event_id])


@pytest.mark.parametrize(
    "changes",
    [
        {"data": {"request_ids": ["rr-28"]}},
        {"type": EventType.THRESHOLD_EXCEEDED},
        {"subject": None},
        {"happened_at": RECEIVED},
        {"place": Place("staffing", "I-2", "s", None)},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_another_content_under_the_same_identity_is_told_and_nothing_of_the_batch_is_kept(
    module_engine, queue, changes
):
    event, other = event_of(EventType.STILL_OPEN), event_of(EventType.DUE_SOON)
    take(module_engine, [event], queue)
    with pytest.raises(OtherContent) as refused:
        take(module_engine, [other, again(event, **changes)], queue)
    assert refused.value.rows == {1: event.event_id}
    with pytest.raises(OtherContent) as refused:
        take(module_engine, [other, again(other, **changes)], queue)
    assert refused.value.rows == {1: None}
    with module_engine.connect() as connection:
        assert kept_event(connection, other.event_id) is None
    assert queue.queued({other.event_id}) == []


def test_of_many_that_bring_the_same_events_at_once_in_any_order_one_brings_each(module_engine, queue):
    events = [event_of(EventType.DUE_SOON) for _ in range(20)]

    def bring(caller):
        mine = [again(event) for event in (events if caller % 2 else reversed(events))]
        return take(module_engine, mine, queue)

    with ThreadPoolExecutor(CALLERS) as pool:
        taken = [each for call in pool.map(bring, range(CALLERS)) for each in call]
    kept = {each.event_id for each in taken}
    assert len(kept) == len(events)
    assert sum(not each.duplicate for each in taken) == len(events)
    assert queue.queued(kept) == sorted(kept)


def test_an_event_that_could_not_be_queued_is_not_kept(module_engine):
    event = event_of(EventType.DUE_SOON)

    def broken(connection, event_ids):
        raise ConnectionError

    with pytest.raises(ConnectionError):
        take(module_engine, [event], broken)
    with module_engine.connect() as connection:
        assert kept_event(connection, event.event_id) is None


def test_an_event_is_settled_once_and_says_what_came_of_it(module_engine, queue):
    (taken,) = take(module_engine, [event_of(EventType.DUE_SOON)], queue)
    with module_engine.begin() as connection:
        (opened,) = settle(connection, [finding(cause=uuid4().hex, event_id=taken.event_id)], TRIAGE, now=RECEIVED)
        exception = opened.exception_id
        assert settle_event(connection, taken.event_id, EventStatus.DONE, None, now=RECEIVED)
        assert not settle_event(connection, taken.event_id, EventStatus.FAILED, "It broke.", now=RECEIVED)
        note_exceptions(connection, taken.event_id, [(exception, "opened"), (exception, "merged")])
        note_exceptions(connection, taken.event_id, [])
        assert kept_event(connection, taken.event_id)[1] is EventStatus.DONE
        assert came_of(connection, taken.event_id).exceptions == [(exception, "opened")]
        assert came_of(connection, taken.event_id).answers == []
