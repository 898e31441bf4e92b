"""What is old goes, with all that hangs on it, and the chain says what went."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from ledger import heads
from ledger.verify import Verified, verify
from service.retaining import Retaining
from service.store.answers import StoredResponse, insert_answer, store_response
from service.store.retention import Limits, apply_retention

DAY = timedelta(days=1)
LIMITS = Limits(answers=400 * DAY, responses=7 * DAY)
TABLES = ("answers", "recommendations", "decisions", "alerts", "idempotency")


@pytest.fixture
def kept(engine, now, new_answer, new_recommendation):
    """Stores an answer of some age with a recommendation, a decision and an alert, and the response to a call."""

    def keep(age):
        answer, given = replace(new_answer(), received_at=now - age), new_recommendation()
        stored = {"jti": given.jti, "at": now - age}
        with engine.begin() as connection:
            insert_answer(connection, answer, [given])
            connection.execute(
                text(
                    "INSERT INTO decisions VALUES (gen_random_uuid(), :jti, 'accept', 'p', 'pmo', '', true, :at, :at)"
                ),
                stored,
            )
            connection.execute(
                text("""INSERT INTO alerts
                        VALUES ('w', 'remind', 'person', CAST(:jti AS text), 'i', 's', 'a', 'x', :jti, :at)"""),
                stored,
            )
            response = StoredResponse("h", 200, b"{}", None)
            store_response(connection, response, principal_id="e", route="/r", key=str(given.jti), now=now - age)

    return keep


@pytest.fixture
def left(engine):
    """How many rows each table has."""

    def count():
        with engine.connect() as connection:
            return [connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in TABLES]

    return count


@pytest.mark.parametrize(
    ("age", "remains"),
    [
        (timedelta(0), [1, 1, 1, 1, 1]),
        (7 * DAY, [1, 1, 1, 1, 1]),
        (7 * DAY + timedelta(seconds=1), [1, 1, 1, 1, 0]),
        (400 * DAY, [1, 1, 1, 1, 0]),
        (400 * DAY + timedelta(seconds=1), [0, 0, 0, 0, 0]),
    ],
)
def test_each_goes_when_it_is_older_than_its_limit(engine, home, now, kept, left, age, remains):  # noqa: PLR0917 - fixtures
    kept(age)
    apply_retention(engine, home, LIMITS, now=now)
    assert left() == remains


def test_batches_say_together_what_went_and_the_chain_is_whole(engine, home, now, kept, left):
    for _ in range(5):
        kept(401 * DAY)
    kept(DAY)
    removed = apply_retention(engine, home, LIMITS, now=now, rows_a_batch=2)
    went = {name: count for name, count in removed.items() if count}
    assert went == {"alerts": 5, "decisions": 5, "recommendations": 5, "answers": 5, "responses": 5}
    assert left() == [1, 1, 1, 1, 1]
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT kind, payload FROM audit ORDER BY seq")).all()
        assert isinstance(verify(connection, heads.load(home)), Verified)
    assert {row.kind for row in rows} == {"retention_applied"}
    assert sum(json.loads(row.payload)["removed"]["answers"] for row in rows) == 5
    assert len(rows) == 3


def test_where_nothing_is_old_nothing_is_recorded(engine, home, now, kept, left):
    kept(DAY)
    assert apply_retention(engine, home, LIMITS, now=now) == {}
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM audit")).scalar_one() == 0


def test_an_alert_that_was_given_again_still_counts(engine, home, now, kept, left):
    kept(401 * DAY)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alerts SET given_at = :now"), {"now": now})
    apply_retention(engine, home, LIMITS, now=now)
    assert left() == [0, 0, 0, 1, 0]


def test_while_one_process_removes_another_does_not(engine, home, now, kept, left):
    kept(401 * DAY)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(1919251553)"))
        assert apply_retention(engine, home, LIMITS, now=now) == {}
    assert left() == [1, 1, 1, 1, 1]
    assert apply_retention(engine, home, LIMITS, now=now)["answers"] == 1


def test_a_running_service_applies_it_as_it_starts(engine, home, now, kept, left):
    kept(401 * DAY)
    with Retaining(engine, home, LIMITS, clock=lambda: now):
        pass  # leaving waits for the round under way
    assert left() == [0, 0, 0, 0, 0]


def test_a_failure_is_logged_and_waits_for_the_next_round(engine, home, now, kept, left):
    kept(401 * DAY)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM audit_head"))
    assert Retaining(engine, home, LIMITS, clock=lambda: now).apply() == {}
    assert left() == [1, 1, 1, 1, 1]
