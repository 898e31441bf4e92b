"""Units become durable together with their audit rows, in groups, on a real database."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from ledger import heads
from ledger.audit import Entry
from ledger.errors import DatabaseUnavailableError
from ledger.verify import Verified, verify
from service.store.answers import insert_answer
from service.store.commit import GroupCommitter, Unit
from service.store.errors import CommitterClosedError

WRITERS, ANSWERS_EACH = 16, 10
KILL = sa.text("SELECT pg_terminate_backend(:pid)")
COUNT = sa.text("SELECT count(*) FROM answers")


@pytest.fixture
def committer(engine, home, now):
    with GroupCommitter(engine, home, clock=lambda: now) as committer:
        yield committer


@pytest.fixture
def new_unit(new_answer, new_recommendation):
    def make():
        answer, given = new_answer(), [new_recommendation()]
        return Unit(
            Entry("answer", {"answer_id": str(answer.answer_id)}),
            lambda connection: insert_answer(connection, answer, given),
        )

    return make


@pytest.fixture
def blocked(committer):
    """Holds the writer inside a unit of its own, so that what is submitted meanwhile is one group."""
    inside, go = threading.Event(), threading.Event()

    def wait(connection):
        inside.set()
        assert go.wait(30)

    with ThreadPoolExecutor() as pool:
        held = pool.submit(committer.submit, Unit(Entry("held", {}), wait))
        assert inside.wait(30)
        yield go, held
        go.set()


def together(committer, blocked, units):
    """What became of ``units``, submitted in order while the writer is held: a row each, or the error."""
    go, _ = blocked
    with ThreadPoolExecutor(len(units)) as pool:
        futures = []
        for number, unit in enumerate(units, start=1):
            futures.append(pool.submit(committer.submit, unit))
            while committer.waiting < number:
                pass
        go.set()
        return [future.exception() or future.result() for future in futures]


def chain(engine, home):
    signed = heads.load(home)
    with engine.connect() as connection:
        return verify(connection, signed)


def refuse(connection):
    raise PermissionError("not this one")


def violate(connection):
    connection.execute(sa.text("INSERT INTO recommendations (jti) VALUES (NULL)"))


def die(connection):
    pid = connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
    connection.execute(KILL, {"pid": pid})


def test_many_writers_get_a_row_each_and_leave_a_whole_chain(committer, engine, home, new_unit):
    def write(_):
        return [committer.submit(new_unit()) for _ in range(ANSWERS_EACH)]

    with ThreadPoolExecutor(WRITERS) as pool:
        rows = [row for rows in pool.map(write, range(WRITERS)) for row in rows]
    count = WRITERS * ANSWERS_EACH
    assert sorted(row.seq for row in rows) == list(range(1, count + 1))
    verified = chain(engine, home)
    assert isinstance(verified, Verified)
    assert (verified.rows, verified.witnessed) == (count, count)
    with engine.connect() as connection:
        assert connection.execute(COUNT).scalar_one() == count


def test_a_caller_gets_the_audit_row_of_its_own_unit(committer, blocked, new_unit):
    units = [new_unit() for _ in range(4)]
    rows = together(committer, blocked, units)
    assert [row.payload for row in rows] == [f'{{"answer_id":"{unit.entry.payload["answer_id"]}"}}' for unit in units]


@pytest.mark.parametrize(("bad", "error"), [(refuse, PermissionError), (violate, sa.exc.IntegrityError)])
def test_a_unit_that_fails_fails_alone(committer, blocked, engine, new_unit, bad, error):  # noqa: PLR0917 - fixtures
    units = [new_unit(), Unit(Entry("bad", {}), bad), new_unit(), Unit(Entry("bad", {}), bad), new_unit()]
    first, second, third, fourth, fifth = together(committer, blocked, units)
    assert isinstance(second, error)
    assert isinstance(fourth, error)
    assert [first.kind, third.kind, fifth.kind] == ["answer"] * 3
    assert [first.seq, third.seq, fifth.seq] == [2, 3, 4]
    with engine.connect() as connection:
        assert connection.execute(COUNT).scalar_one() == 3


def test_without_an_audit_row_there_is_no_answer(committer, engine, home, new_unit):
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE audit ADD CHECK (kind <> 'answer')"))
    with pytest.raises(DatabaseUnavailableError):
        committer.submit(new_unit())
    with engine.connect() as connection:
        assert connection.execute(COUNT).scalar_one() == 0


def test_a_payload_that_is_not_json_is_refused_before_it_is_queued(committer):
    with pytest.raises(ValueError, match="JSON"):
        committer.submit(Unit(Entry("answer", {"probability": float("nan")}), refuse))


def test_a_lost_connection_fails_all_who_waited_and_the_next_unit_is_committed(
    committer, blocked, engine, home, new_unit
):
    units = [new_unit(), Unit(Entry("dying", {}), die), new_unit()]
    assert [type(outcome) for outcome in together(committer, blocked, units)] == [DatabaseUnavailableError] * 3
    assert committer.submit(new_unit()).seq == 2
    assert chain(engine, home).rows == 2
    with engine.connect() as connection:
        assert connection.execute(COUNT).scalar_one() == 1


def test_closing_commits_what_waits_and_takes_nothing_more(committer, blocked, engine, home, new_unit):
    go, held = blocked
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(committer.submit, new_unit())
        while committer.waiting < 1:
            pass
        closing = pool.submit(committer.close)
        go.set()
        closing.result()
        assert (held.result().seq, waiting.result().seq) == (1, 2)
    with pytest.raises(CommitterClosedError):
        committer.submit(new_unit())
    committer.close()


def test_nothing_is_written_to_a_chain_that_was_cut(committer, engine, home, new_unit):
    committer.submit(new_unit())
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM audit"))
        connection.execute(sa.text("UPDATE audit_head SET seq = 0"))
    with pytest.raises(Exception, match="chain is broken"):
        committer.submit(new_unit())
