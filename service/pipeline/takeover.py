"""Work that nobody does though it is under way on paper: found, and queued again or ended as a failure.

There are three ways into that. A process died: its lease runs out. A worker took work and the database's word that it
had did not arrive: it is under this process's name, and no thread has it. Or DBOS gave up, because the process died
each time somebody took it.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from service.pipeline.names import PROCESS_EVENT, SCHEMA

STRAY_SECONDS = 15
"""How long after it was taken work is on a thread for certain."""


def left_by(connection: Connection, names: Collection[str], version: str) -> list[tuple[str, str]]:
    """The work that is under way under these names since more than `STRAY_SECONDS`, each with the name."""
    given = {"names": list(names), "version": version, "seconds": STRAY_SECONDS}
    return [(row.executor_id, row.workflow_uuid) for row in connection.execute(_UNDER_WAY, given)]


def given_up_events(connection: Connection) -> list[UUID]:
    """The events that wait though their work has ended: DBOS gave up on it, or failed to start it."""
    return list(connection.execute(_GIVEN_UP).scalars())


def forgotten_events(connection: Connection) -> list[UUID]:
    """The events that wait for long and are in no queue, as after a restore of some of the tables."""
    return list(connection.execute(_FORGOTTEN).scalars())


def forgotten_deliveries(connection: Connection) -> list[tuple[UUID, str]]:
    """The deliveries whose next attempt is overdue and in no queue, each with the name of that attempt."""
    return [(row.delivery_id, row.attempt) for row in connection.execute(_FORGOTTEN_DELIVERIES)]


def ended_before(connection: Connection, before: dt.datetime, *, at_most: int) -> Sequence[str]:
    """Work that ended before: its rows are of no use any more."""
    given = {"before": int(before.timestamp() * 1000), "at_most": at_most}
    return list(connection.execute(_ENDED, given).scalars())


_ACTIVE = "('ENQUEUED', 'PENDING', 'DELAYED')"
_UNDER_WAY = text(f"""
    SELECT executor_id, workflow_uuid FROM {SCHEMA}.workflow_status
    WHERE status = 'PENDING' AND executor_id = ANY(:names) AND application_version = :version
      AND started_at_epoch_ms < (extract(epoch FROM clock_timestamp()) - :seconds) * 1000
""")  # noqa: S608 - names of our own
_GIVEN_UP = text(f"""
    SELECT event_id FROM {SCHEMA}.workflow_status AS work
    JOIN events ON event_id = CASE WHEN name = '{PROCESS_EVENT}' THEN workflow_uuid::uuid END
    WHERE work.status IN ('ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED') AND events.status = 'accepted'
    ORDER BY received_at LIMIT 100
""")  # noqa: S608
_FORGOTTEN = text(f"""
    SELECT event_id FROM events
    WHERE status = 'accepted' AND received_at < clock_timestamp() - interval '5 minutes'
      AND NOT EXISTS (SELECT FROM {SCHEMA}.workflow_status WHERE workflow_uuid = event_id::text)
    ORDER BY received_at LIMIT 1000
""")  # noqa: S608
_FORGOTTEN_DELIVERIES = text(f"""
    SELECT delivery_id, delivery_id || ':' || (attempts + 1) AS attempt FROM deliveries
    WHERE status = 'pending' AND next_at < clock_timestamp() - interval '5 minutes'
      AND NOT EXISTS (
        SELECT FROM {SCHEMA}.workflow_status AS work
        WHERE workflow_uuid = delivery_id || ':' || (attempts + 1) AND work.status IN {_ACTIVE})
    ORDER BY next_at LIMIT 1000
""")  # noqa: S608
_ENDED = text(f"""
    SELECT workflow_uuid FROM {SCHEMA}.workflow_status
    WHERE completed_at < :before AND status NOT IN {_ACTIVE} LIMIT :at_most
""")  # noqa: S608
