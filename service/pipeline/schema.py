"""The tables in which DBOS keeps what is queued and what is under way, in a schema of our own database."""

import time

from dbos import DBOS
from sqlalchemy import Connection, Engine, text

from ledger.database import reached
from service.pipeline.dbos_log import quiet
from service.pipeline.names import SCHEMA

_ONE_MIGRATOR = 0x62656C6D
"""The session's advisory lock of whoever migrates. DBOS has one of its own, but goes on without it after 30 s."""

_LOOK_SECONDS = 0.1


def migrate_durable_work(engine: Engine) -> None:
    """Brings the schema to what this version of DBOS expects. Processes that start at the same moment take turns.

    Raises:
        DatabaseUnavailableError: the database is out of reach, or this user may not create a schema in it.
    """
    quiet()
    with reached(engine), engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        _take_turns(connection)
        try:
            DBOS.migrate(engine.url.render_as_string(hide_password=False), schema=SCHEMA)
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _ONE_MIGRATOR})


def _take_turns(connection: Connection) -> None:
    """Looks again and again instead of waiting: an index that is built concurrently waits for every transaction.

    A statement that waits for the lock, or a transaction around the migration, would be waited for in turn.
    """
    while not connection.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _ONE_MIGRATOR}).scalar_one():
        time.sleep(_LOOK_SECONDS)
