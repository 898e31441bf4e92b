"""The database that a command works on."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from ledger.database import database_url, engine
from ledger.migrate import migrate
from service.settings import Settings


@contextmanager
def migrated(settings: Settings) -> Iterator[Engine]:
    """An engine on the deployment's database in its present schema. Raises LedgerError where it cannot be reached."""
    own = engine(database_url(settings.environ()))
    try:
        migrate(own)
        yield own
    finally:
        own.dispose()
