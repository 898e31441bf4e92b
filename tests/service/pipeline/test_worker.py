"""A worker does what is queued, takes over what the dead left, and ends what nobody can do as a failure."""

import subprocess
import sys
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from service.outgoing.messages import OutgoingType
from service.pipeline.backlog import backlog
from service.pipeline.worker import Worker
from service.store.subscriptions import StoredSubscription, insert_subscription
from tests.service.outgoing.conftest import received
from tests.service.pipeline.conftest import RECEIVED, queued, time_of

WAITS_SECONDS = 60
HANGING = """
import sys, threading
from types import SimpleNamespace
from ledger.database import engine
from service.pipeline.pipeline import Pipeline
from service.pipeline.worker import Parts, Worker
from service.pipeline_settings import PipelineSettings, ScheduleSettings
own = engine(sys.argv[1])
def hang(event_id):
    print(event_id, flush=True)
    threading.Event().wait()
stub = SimpleNamespace(process=hang, assessor=SimpleNamespace(engine=own))
parts = Parts(own, sys.argv[1], Pipeline(own), stub, None, None, PipelineSettings(poll_seconds=0.02),
              ScheduleSettings(), None)
with Worker(parts):
    threading.Event().wait()
"""
"""A worker that takes events and never ends one."""
AGED = text("""
    UPDATE dbos.workflow_status SET started_at_epoch_ms = started_at_epoch_ms - 60000 WHERE workflow_uuid = :id
""")
UNSETTLED = text("""
    UPDATE events SET status = 'accepted', received_at = received_at - interval '1 day' WHERE event_id = ANY(:ids)
""")
TAKEN = text("""
    UPDATE dbos.workflow_status SET status = 'PENDING', executor_id = :name, completed_at = NULL
    WHERE workflow_uuid = :id
""")
GONE = text("DELETE FROM dbos.workflow_status WHERE workflow_uuid = :id")
DEAD = text("UPDATE dbos.workflow_status SET status = 'MAX_RECOVERY_ATTEMPTS_EXCEEDED' WHERE workflow_uuid = :id")
LAPSED = text("UPDATE executors SET leased_until = clock_timestamp() WHERE executor_id = :name")


@contextmanager
def hanging(url):
    """Another process with such a worker, which is killed and not asked to end."""
    process = subprocess.Popen([sys.executable, "-c", HANGING, url], stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def until(engine):
    """Waits until a query finds something; the first value of it."""

    def wait(query, **given):
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for _ in range(WAITS_SECONDS * 20):
                found = connection.execute(text(query), given).scalar()
                if found is not None:
                    return found
                connection.execute(text("SELECT pg_sleep(0.05)"))
        raise AssertionError(f"in vain: {query}")

    return wait


@pytest.fixture
def settled(until, outcome):
    """Waits until an event is settled; what became of it."""

    def wait(event_id):
        until("SELECT status FROM events WHERE event_id = :id AND status <> 'accepted'", id=event_id)
        return outcome(event_id)

    return wait


def test_what_a_killed_process_had_under_way_is_done_by_another(kept, parts, engine, settled, module_database):
    with hanging(module_database) as process:
        (event_id,) = kept(time_of("p-17"))
        assert any(line.strip() == str(event_id) for line in process.stdout)
        with Worker(parts) as worker:
            assert worker.executor_id == "worker-2"
            worker.beat()
            assert queued(engine, event_id) == "PENDING"  # its process lives
            process.kill()
            with engine.begin() as connection:
                connection.execute(LAPSED, {"name": "worker-1"})
                connection.execute(AGED, {"id": str(event_id)})
            worker.beat()
            assert settled(event_id)[0] == "done"


def test_what_is_nobodys_work_any_more_is_done_or_ends_as_a_failure(kept, parts, engine, settled):
    with Worker(parts) as worker:
        lost, forgotten, refused = ids = kept(
            *(time_of("p-13", received_at=RECEIVED.replace(hour=n)) for n in (11, 12, 13))
        )
        for event_id in ids:
            assert settled(event_id)[0] == "done"
        with engine.begin() as connection:
            connection.execute(UNSETTLED, {"ids": ids})
            connection.execute(TAKEN, {"name": worker.executor_id, "id": str(lost)})
            connection.execute(AGED, {"id": str(lost)})
            connection.execute(GONE, {"id": str(forgotten)})
            connection.execute(DEAD, {"id": str(refused)})
        worker.beat()
        assert settled(lost)[0] == settled(forgotten)[0] == "done"
        assert settled(refused) == (
            "failed",
            "Every process that took the event up has ended over it.",
            [("failure", "given_up", "opened"), *settled(refused)[2][1:]],
        )
    with engine.connect() as connection:
        assert backlog(connection)["events"].count == 0


def test_what_fails_within_ends_as_a_failure_of_its_own_kind(kept, parts, settled, monkeypatch):
    def broken(_self, event, *, now):
        raise ZeroDivisionError(event.place.requester)

    monkeypatch.setattr(type(parts.processing.assessor), "assess", broken)
    with Worker(parts):
        (event_id,) = kept(time_of("p-13"))
        status, why, causes = settled(event_id)
    assert (status, causes) == ("failed", [("failure", "error/ZeroDivisionError", "opened")])
    assert why == "It failed within the service (ZeroDivisionError); its log says where."


def test_a_worker_whose_name_was_taken_goes_on_under_another(kept, parts, engine, settled):
    with Worker(parts) as worker:
        before = worker.executor_id
        with engine.begin() as connection:
            connection.execute(
                text("UPDATE executors SET holder = 'another' WHERE executor_id = :name"), {"name": before}
            )
        worker.beat()
        assert worker.executor_id != before
        (event_id,) = kept(time_of("p-13", received_at=RECEIVED.replace(hour=14)))
        assert settled(event_id)[0] == "done"
        assert worker.finding().ok


def test_an_attempt_that_failed_waits_in_the_queue_for_the_next(kept, parts, engine, settled, until):
    now = parts.clock()
    with received() as receiver, Worker(parts):
        receiver.script.append((500, {}))
        to = StoredSubscription(
            time_of("x").event_id, "engine-1", "orchestrator", receiver.url, tuple(OutgoingType), None,
            parts.postman.box.seal("whsec_" + "QUJD" * 8), None, None, True, now, now,
        )  # fmt: skip
        with engine.begin() as connection:
            insert_subscription(connection, to)
        first, again = (
            kept(time_of("p-17", received_at=RECEIVED.replace(hour=15))),
            kept(time_of("p-17", received_at=RECEIVED.replace(hour=16))),
        )
        assert settled(first[0])[2]
        assert settled(again[0])[2]
        failed = until("SELECT delivery_id FROM deliveries WHERE attempts = 1 AND status = 'pending'")
        until("SELECT delivery_id FROM deliveries WHERE status = 'delivered'")
        waits = until("SELECT status FROM dbos.workflow_status WHERE workflow_uuid = :id", id=f"{failed}:2")
        assert waits == "DELAYED"
        assert len(receiver.got) == 2
