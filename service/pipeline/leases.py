"""Which process goes by which name: a name is leased, for DBOS finds the work of a dead process by the name it had.

All times are the database's, so that clocks of several machines need not agree.
"""

import secrets
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Engine, text

LEASE_SECONDS: Final = 30
"""How long a process that no longer renews is believed to live. Longer than a database takes to restart."""

_PREFIX = "worker-"
_TAKING = 0x6C656173
"""The advisory lock of whoever takes a name."""


@dataclass(frozen=True)
class Lease:
    """``holder`` tells this process from every other that had the name, has it, or will."""

    executor_id: str
    holder: str


def take_lease(engine: Engine) -> Lease:
    """The lowest name that nobody holds: most often that of a process that died, whose work then is this one's."""
    holder = secrets.token_hex(8)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _TAKING})
        held = set(connection.execute(_HELD).scalars())
        free = next(name for name in (f"{_PREFIX}{n}" for n in range(1, len(held) + 2)) if name not in held)
        connection.execute(_TAKE, {"executor_id": free, "holder": holder, "seconds": LEASE_SECONDS})
    return Lease(free, holder)


def renew(connection: Connection, lease: Lease) -> bool:
    """Whether the name is still ours; then it is for another `LEASE_SECONDS`.

    A lease that has run out is renewed all the same where nobody else has taken the name in the meantime.
    """
    given = {"executor_id": lease.executor_id, "holder": lease.holder, "seconds": LEASE_SECONDS}
    return connection.execute(_RENEW, given).rowcount == 1


def release(connection: Connection, lease: Lease) -> None:
    """Nobody goes by this name from now on; what it left is taken over at once."""
    connection.execute(_RELEASE, {"executor_id": lease.executor_id, "holder": lease.holder})


def expired(connection: Connection) -> list[str]:
    """The names that nobody holds any more."""
    return list(connection.execute(_EXPIRED).scalars())


_HELD = text("SELECT executor_id FROM executors WHERE leased_until > clock_timestamp()")
_EXPIRED = text("SELECT executor_id FROM executors WHERE leased_until <= clock_timestamp() ORDER BY executor_id")
_TAKE = text("""
    INSERT INTO executors (executor_id, holder, leased_until)
    VALUES (:executor_id, :holder, clock_timestamp() + make_interval(secs => :seconds))
    ON CONFLICT (executor_id) DO UPDATE SET holder = excluded.holder, leased_until = excluded.leased_until
""")
_RENEW = text("""
    UPDATE executors SET leased_until = clock_timestamp() + make_interval(secs => :seconds)
    WHERE executor_id = :executor_id AND holder = :holder
""")
_RELEASE = text("""
    UPDATE executors SET leased_until = clock_timestamp() WHERE executor_id = :executor_id AND holder = :holder
""")
