"""Events and exceptions go when they are old, and with the person whom they are about."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import insert, select, text, update

from service.inbox.settling import settle
from service.store.erasure import erase_person
from service.store.inbox_tables import event_exceptions, events, exception_decisions, exceptions, troubles
from service.store.retention import Limits, apply_retention
from tests.service.inbox.finding_of import TRIAGE, finding
from tests.service.inbox.troubled import missing_day

WHO = "p-17"
DAY = timedelta(days=1)
LIMITS = Limits(answers=400 * DAY, responses=7 * DAY)
INBOX = (events, exceptions, troubles, event_exceptions, exception_decisions)


@pytest.fixture
def counts(engine):
    def count():
        with engine.connect() as connection:
            return [connection.execute(select(text("count(*)")).select_from(table)).scalar_one() for table in INBOX]

    return count


def happened(connection, now, exception_id, status="done"):
    """An event that led to the exception, and a decision on it."""
    event = {
        "event_id": uuid4(), "source": "s", "id": uuid4().hex, "type": "t", "received_at": now,
        "principal_id": "engine", "digest": "d", "workflow_name": "w", "workflow_instance": "i", "workflow_step": "s",
        "data": {"approver": WHO}, "status": status,
    }  # fmt: skip
    connection.execute(insert(events).values(event))
    led = {"event_id": event["event_id"], "exception_id": exception_id, "change": "opened"}
    connection.execute(insert(event_exceptions).values(led))
    decided = {
        "decision_id": uuid4(), "exception_id": exception_id, "kind": "snooze", "version": 2, "principal_id": WHO,
        "api_role": "pmo", "reason": f"{WHO} said so", "assigned_to": WHO, "decided_at": now,
    }  # fmt: skip
    connection.execute(insert(exception_decisions).values(decided))


@pytest.mark.parametrize(("age", "left"), [(400, [1, 1, 1, 1, 1]), (401, [0, 0, 0, 0, 0])])
def test_what_nothing_has_found_for_long_goes_with_what_led_to_it(engine, home, counts, age, left):
    now = datetime.now(UTC)
    with engine.begin() as connection:
        (changed,) = settle(connection, [finding(at=now - age * DAY)], TRIAGE, now=now - age * DAY)
        happened(connection, now - age * DAY, changed.exception_id)
    apply_retention(engine, home, LIMITS, now=now)
    assert counts() == left


def test_what_is_still_found_stays_without_what_is_old_of_it_and_so_does_an_event_that_waits(engine, home, counts):
    now = datetime.now(UTC)
    with engine.begin() as connection:
        for age in (402, 401, 1):
            at = now - age * DAY
            band = "low" if age == 401 else "high"
            changed = settle(connection, [finding(at=at, band=band), finding("RR-2", at=at)], TRIAGE, now=at)
            happened(connection, at, changed[0].exception_id, "accepted" if age == 402 else "done")
    apply_retention(engine, home, LIMITS, now=now)
    assert counts() == [2, 1, 2, 2, 1]


def test_erasing_a_person_takes_what_is_about_them_and_renames_them_elsewhere(services, engine, counts):
    now = datetime.now(UTC)
    missing_day(services, now=now, person=WHO)
    missing_day(services, now=now, person="p-05", requester=WHO)
    with engine.begin() as connection:
        (other,) = settle(connection, [finding()], TRIAGE, now=now)
        connection.execute(
            update(exceptions).where(exceptions.c.exception_id == other.exception_id).values(assignee=WHO)
        )
        happened(connection, now, other.exception_id)
    with engine.begin() as connection:
        erased = erase_person(connection, WHO, with_records=False)
    assert (erased.counts["exceptions"], erased.counts["tokens of recommendations"]) == (1, 1)
    assert counts() == [1, 2, 2, 1, 1]
    with engine.connect() as connection:
        for table in INBOX:
            rows = connection.execute(text(f"SELECT CAST({table.name} AS text) FROM {table.name}")).scalars()
            assert not any(WHO in row for row in rows)
        document = connection.execute(select(troubles.c.document).where(troubles.c.person_id == "p-05")).scalar_one()
    assert document["tokens"] == {}
    assert document["recommendations"][0]["requires"]["not"][0].startswith("erased-")
