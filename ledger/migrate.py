"""Bring a database to the schema that this version expects."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from ledger.database import reached

_ONE_MIGRATOR = 0x62656C6C
"""The advisory lock of whoever migrates ("bell" in ASCII)."""


def migrate(engine: Engine) -> None:
    """Apply all pending migrations in one transaction: all of them or none. Does nothing when there are none.

    Processes that start at the same moment take turns.

    Raises:
        DatabaseUnavailableError: the database is out of reach or refuses a statement.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    with reached(engine), engine.begin() as connection:
        connection.execute(text("SET LOCAL lock_timeout = '5min'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ONE_MIGRATOR})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
