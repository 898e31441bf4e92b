"""A name is one process's at a time, and that of a dead process is the next one's."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text

from service.pipeline.leases import expired, release, renew, take_lease

LAPSE = text("UPDATE executors SET leased_until = clock_timestamp() WHERE executor_id = :name")


def test_names_are_leased_to_one_process_at_a_time(engine):
    with ThreadPoolExecutor(6) as pool:
        leases = list(pool.map(take_lease, [engine] * 6))
    assert sorted(lease.executor_id for lease in leases) == [f"worker-{n}" for n in range(1, 7)]
    first, second, third, *_ = sorted(leases, key=lambda lease: lease.executor_id)
    with engine.begin() as connection:
        assert expired(connection) == []
        release(connection, second)
        connection.execute(LAPSE, {"name": first.executor_id})
        assert expired(connection) == ["worker-1", "worker-2"]
        assert renew(connection, first)  # late, and nobody has taken it
        assert expired(connection) == ["worker-2"]
        connection.execute(LAPSE, {"name": third.executor_id})
    again = take_lease(engine)
    assert again.executor_id == "worker-2"
    assert take_lease(engine).executor_id == "worker-3"
    with engine.begin() as connection:
        assert not renew(connection, second)
        assert not renew(connection, third)
        release(connection, third)  # what is another's now stays the other's
        assert expired(connection) == []
