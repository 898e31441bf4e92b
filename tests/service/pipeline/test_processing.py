"""What becomes of events: each ends with exceptions, with a reason why there is none, or as a failure that is one."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from ledger import heads
from ledger.verify import Verified, verify
from service.events.event import EventType
from service.inbox.finding import Change
from service.outgoing.messages import OutgoingType
from service.store.subscriptions import StoredSubscription, insert_subscription
from tests.service.pipeline.conftest import MARGIN, RECEIVED, TIME, event_of, queued, time_of

NO_CHAMPION = "No champion of margin_erosion serves; train one and promote it."


@pytest.fixture
def processed(kept, parts, outcome):
    """What became of events that were processed one after another."""

    def run(*events):
        ids = kept(*events)
        for event_id in ids:
            parts.processing.process(event_id)
        return [outcome(event_id) for event_id in ids]

    return run


def test_a_trouble_opens_an_exception_and_the_next_event_finds_it(processed):
    first, again = processed(time_of("p-17"), time_of("p-17", received_at=RECEIVED.replace(hour=11)))
    assert first == ("done", None, [("person", "p-17", "opened")])
    assert again == ("done", None, [("person", "p-17", "merged")])


def test_what_was_overtaken_says_so(processed):
    late, early = time_of("p-19", received_at=RECEIVED.replace(hour=12)), time_of("p-19")
    (_, _, causes), overtaken = processed(late, early)
    assert causes
    assert overtaken == ("done", "What it found is older than what the inbox shows already.", [])


def test_what_cannot_be_looked_at_says_so(processed):
    cases = {
        "no champion": (
            event_of(MARGIN, {"project_ids": ["hv-07"]}),
            ("failed", NO_CHAMPION, [("failure", "no_champion/margin_erosion", "opened")]),
        ),
        "no champion, again": (
            event_of(MARGIN, {"project_ids": ["hv-05"]}),
            ("failed", NO_CHAMPION, [("failure", "no_champion/margin_erosion", "merged")]),
        ),
        "unknown id": (
            event_of(TIME, {"entry_ids": ["nothing"], "person_ids": ["p-99"]}),
            ("failed", None, [("failure", "no_champion/unusual_time", "opened")]),
        ),
        "unknown approval": (
            event_of(EventType.EXCEPTION_ROUTED, {"approval_id": "ap-99"}),
            (
                "failed",
                "No record names the approval of the event; load it first.",
                [("failure", "unknown_id/approval", "opened")],
            ),
        ),
        "another purpose": (
            time_of("p-13", place=replace(time_of("p-13").place, purpose="appraisal")),
            ("done", None, []),
        ),
        "approval": (
            event_of(EventType.EXCEPTION_ROUTED, {"approval_id": "ap-20"}),
            ("done", None, [("approval", "ap-20", "opened")]),
        ),
    }
    found = dict(zip(cases, processed(*(event for event, _ in cases.values())), strict=True))
    for case, (_, (status, why, causes)) in cases.items():
        assert found[case][0] == status, case
        assert why is None or found[case][1] == why, case
        assert set(causes) <= set(found[case][2]), case
        assert found[case][1] or found[case][2], case  # nothing ends without either


def test_what_is_settled_stays_settled(processed, kept, parts, outcome, engine):
    (event_id,) = kept(time_of("p-13"))
    parts.processing.process(event_id)
    before = outcome(event_id)
    count = text("SELECT count(*) FROM audit")
    with engine.connect() as connection:
        rows = connection.execute(count).scalar_one()
    parts.processing.process(event_id)
    parts.processing.fail(event_id, "error", "It failed.")
    with engine.connect() as connection:
        assert connection.execute(count).scalar_one() == rows
    assert outcome(event_id) == before


def test_two_at_once_settle_it_once(kept, parts, outcome, engine):
    (event_id,) = kept(time_of("p-05"))
    processing = parts.processing
    event = processing._waiting(event_id)
    now = processing.clock()
    assessed = [processing.assessor.assess(event, now=now) for _ in range(2)]
    assert [processing._settled(event, each, "done", now) for each in assessed] == [True, False]
    with engine.connect() as connection:
        answers = connection.execute(text("SELECT count(*) FROM answers WHERE event_id = :id"), {"id": event_id})
        assert answers.scalar_one() == 1


def test_subscribers_are_told_in_the_same_transaction(kept, parts, services, engine):
    now = parts.clock()
    wants = StoredSubscription(
        kept_id := time_of("x").event_id, "engine-1", "orchestrator", "http://127.0.0.1:9/", tuple(OutgoingType), None,
        parts.postman.box.seal("whsec_" + "QUJD" * 8), None, None, True, now, now,
    )  # fmt: skip
    with engine.begin() as connection:
        insert_subscription(connection, wants)
    (event_id,) = kept(time_of("p-09"))
    parts.processing.process(event_id)
    with engine.begin() as connection:
        told = connection.execute(
            text("SELECT delivery_id FROM deliveries WHERE subscription_id = :id"), {"id": kept_id}
        ).scalars().all()  # fmt: skip
        changes = connection.execute(
            text("SELECT change FROM event_exceptions WHERE event_id = :id"), {"id": event_id}
        ).scalars().all()  # fmt: skip
        connection.execute(text("UPDATE subscriptions SET active = false"))
    assert len(told) == len(changes)
    assert [queued(engine, f"{delivery}:1") for delivery in told] == ["ENQUEUED"] * len(told)


def test_the_chain_tells_of_each_event_without_a_name(engine, home, processed):
    ((status, _, _),) = processed(time_of("p-13", "p-17", received_at=RECEIVED.replace(hour=12)))
    with engine.connect() as connection:
        said = connection.execute(
            text("SELECT payload FROM audit WHERE kind IN ('event_settled', 'exceptions_changed')")
        ).scalars().all()  # fmt: skip
        assert isinstance(verify(connection, heads.load(home)), Verified)
    assert status == "done"
    assert any(f'"{Change.OPENED}"' in row for row in said)
    assert not any(name in row for row in said for name in ('"p-13"', '"rita"', '"engine-1"', "urn:test"))
