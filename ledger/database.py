"""Where the database is, and how to talk to it: PostgreSQL only, given by URL or embedded."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import URL, Connection, Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, ProgrammingError
from sqlalchemy.pool import NullPool

from ledger import embedded
from ledger.errors import DatabaseUnavailableError, UnsupportedDatabaseError
from ledger.home import home

DATABASE = "bellwether"
"""The name of our database on the embedded server."""

_DRIVER = "postgresql+psycopg"
_CONNECT_SECONDS = 10
_POOL_SIZE = 10
_POOL_WAIT_SECONDS = 15
_SESSION = {
    "timezone": "UTC",
    "synchronous_commit": "on",
    "lock_timeout": "30s",
    "idle_in_transaction_session_timeout": "5min",
}


def database_url(environ: Mapping[str, str]) -> str:
    """The URL of this deployment's database, as ``postgresql+psycopg://…``, password included.

    ``BELLWETHER_DATABASE_URL`` when set (that database must exist). Otherwise the embedded server is started under the
    home folder, and its database created when absent.

    Raises:
        UnsupportedDatabaseError: the URL is not one of PostgreSQL.
        EmbeddedServerError: the embedded server cannot run.
    """
    given = environ.get("BELLWETHER_DATABASE_URL", "").strip()
    if given:
        return _with_password(_parse(given))
    maintenance = _parse(embedded.start(home(environ)))
    _create_if_absent(maintenance, DATABASE)
    return _with_password(maintenance.set(database=DATABASE))


def sibling(url: str, suffix: str) -> str:
    """The URL of the database ``<name>_<suffix>`` on the same server, created when absent.

    Raises:
        DatabaseUnavailableError: the server is out of reach, or the user may not create a database.
    """
    given = _parse(url)
    name = f"{given.database or given.username or DATABASE}_{suffix}"
    _create_if_absent(given, name)
    return _with_password(given.set(database=name))


def registry_url(url: str) -> str:
    """The URL of the database in which MLflow keeps its registry, beside ours. Raises as `sibling` does."""
    return sibling(url, "mlflow")


def engine(url: str) -> Engine:
    """A pooled engine. Connects at first use; a connection that died in the pool is replaced without a failure.

    Sessions run in UTC with ``synchronous_commit`` on; a lock is awaited for 30 s, a connection for 10 s.
    """
    return _engine(_parse(url), pool_size=_POOL_SIZE, max_overflow=_POOL_SIZE, pool_timeout=_POOL_WAIT_SECONDS)


@contextmanager
def reached(engine: Engine) -> Iterator[None]:
    """Turn the driver's failure into a ``DatabaseUnavailableError`` whose message holds no password."""
    try:
        yield
    except DBAPIError as error:
        raise DatabaseUnavailableError(_shown(engine.url), _why(error, engine.url)) from None


def ping(engine: Engine) -> None:
    """Raise ``DatabaseUnavailableError`` unless the database answers."""
    with reached(engine), engine.connect() as connection:
        connection.execute(text("SELECT 1"))


def _parse(given: str) -> URL:
    try:
        url = make_url(given)
    except (ArgumentError, ValueError):
        raise UnsupportedDatabaseError(given.split(":", 1)[0] if "://" in given else "no URL") from None
    if url.drivername.split("+", 1)[0] not in {"postgresql", "postgres"}:
        raise UnsupportedDatabaseError(url.drivername)
    return url.set(drivername=_DRIVER)


def _with_password(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _engine(url: URL, **pool: object) -> Engine:
    own = " ".join(f"-c {name}={value}" for name, value in _SESSION.items())
    theirs = url.query.get("options", "")
    options = " ".join([own, *([theirs] if isinstance(theirs, str) else theirs)]).strip()
    return create_engine(
        url,
        pool_pre_ping=True,
        connect_args={"connect_timeout": _CONNECT_SECONDS, "options": options, "application_name": "bellwether"},
        **pool,
    )


def _create_if_absent(server: URL, name: str) -> None:
    engine = _engine(server, poolclass=NullPool)
    with reached(engine), engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not _exists(connection, name):
            quoted = engine.dialect.identifier_preparer.quote_identifier(name)
            try:
                connection.execute(text(f"CREATE DATABASE {quoted}"))
            except DBAPIError:
                if not _exists(connection, name):  # otherwise another process has just created it
                    raise


def _exists(connection: Connection, name: str) -> bool:
    found = connection.execute(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name})
    return found.first() is not None


def _shown(url: URL) -> str:
    return url.difference_update_query(_secret_options(url)).render_as_string(hide_password=True)


def _secret_options(url: URL) -> list[str]:
    return [name for name in url.query if "password" in name]


def _why(error: DBAPIError, url: URL) -> str:
    diagnosis = getattr(error.orig, "diag", None)  # a server's own detail may quote the row that it refuses
    why = " ".join((getattr(diagnosis, "message_primary", None) or str(error.orig)).split())
    if isinstance(error, ProgrammingError) and "permission denied to create database" in why:
        why += "; create it by hand with CREATE DATABASE and give this user all rights on it"
    for secret in (url.password, *(url.query[name] for name in _secret_options(url))):
        if isinstance(secret, str) and secret:
            why = why.replace(secret, "***")
    return why
