"""Databases that tests use one after the other: put back as they were between two tests, which is cheaper than anew."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

MOST_RESTORED = 1_000
"""Rows of a table up to which it is put back by writing it again; a larger one that was touched ends its database."""

_TABLES = text("""
    SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1
""")
_SHAPE = text("""
    SELECT md5(string_agg(line, '|' ORDER BY line)) FROM (
        SELECT concat_ws(' ', n.nspname, c.relname, c.relkind, a.attname, a.atttypid, a.attnotnull) AS line
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
        WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
        UNION ALL SELECT concat_ws(' ', 'trigger', tgrelid::regclass, tgname) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT concat_ws(' ', 'constraint', conrelid::regclass, conname, convalidated) FROM pg_constraint
        WHERE conrelid <> 0
    ) AS lines
""")


class Recycled:
    """Copies of one template. ``lent`` hands one out, as it was copied, to nobody else at the time."""

    def __init__(self, server: str, template: str) -> None:
        self._server, self._template = server, template
        self._free: list[str] = []
        self._started: dict[str, _State] = {}

    @contextmanager
    def lent(self) -> Iterator[str]:
        """The URL of a database that is as the template."""
        name = self._free.pop() if self._free else self._copied()
        yield self._url(name)
        self._close(name)
        if _put_back(self._url(name), self._started[name]):
            self._free.append(name)
        else:
            self._drop(name)

    def drop_all(self) -> None:
        """Drop those that are not lent."""
        while self._free:
            self._drop(self._free.pop())

    def _copied(self) -> str:
        name = f"bw_test_{uuid.uuid4().hex}"
        with self._maintenance() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{self._template}" STRATEGY wal_log'))
        self._started[name] = _State.of(self._url(name))
        return name

    def _close(self, name: str) -> None:
        """End what is still connected, and drop the siblings that a test has made beside it."""
        with self._maintenance() as connection:
            left = text("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = :name")
            connection.execute(left, {"name": name})
            siblings = text("SELECT datname FROM pg_database WHERE starts_with(datname, :name || '_')")
            for sibling in connection.execute(siblings, {"name": name}).scalars().all():
                connection.execute(text(f'DROP DATABASE "{sibling}" WITH (FORCE)'))

    def _drop(self, name: str) -> None:
        del self._started[name]
        with self._maintenance() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))

    def _url(self, name: str) -> str:
        return make_url(self._server).set(database=name).render_as_string(hide_password=False)

    def _maintenance(self):
        return create_engine(self._server, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect()


class _State:
    """What a database held: its shape, which rows each table had, and the rows of the small ones."""

    def __init__(self, shape, marks, rows) -> None:
        self.shape, self.marks, self.rows = shape, marks, rows

    @classmethod
    def of(cls, url: str) -> "_State":
        with _connected(url) as connection:
            marks = _marks(connection)
            small = {table for table, (count, _) in marks.items() if 0 < count <= MOST_RESTORED}
            return cls(_shape(connection), marks, {table: _rows(connection, table) for table in small})


def _put_back(url: str, started: _State) -> bool:
    """Whether the database is as it was: what a test wrote is gone, and what it changed is there again."""
    with _connected(url) as connection:
        if _shape(connection) != started.shape:
            return False
        touched = [table for table, mark in _marks(connection).items() if mark != started.marks[table]]
        if any(started.marks[table][0] > MOST_RESTORED for table in touched):
            return False
        if touched:
            # in one statement, so that rows which refer to each other go together
            deletes = ", ".join(f"d{place} AS (DELETE FROM {table})" for place, table in enumerate(touched))
            connection.execute(text(f"WITH {deletes} SELECT 1"))
        for table in touched:
            if table in started.rows:
                fill = f"INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, CAST(:rows AS json))"
                connection.execute(text(fill), {"rows": started.rows[table]})
        connection.commit()
        started.marks = {**started.marks, **{table: _mark(connection, table) for table in touched}}
    return True


def _connected(url: str):
    return create_engine(url, poolclass=NullPool).connect()


def _shape(connection) -> str:
    return connection.execute(_SHAPE).scalar_one()


def _marks(connection) -> dict[str, tuple[int, int | None]]:
    tables = connection.execute(_TABLES).scalars().all()
    each = " UNION ALL ".join(f"SELECT '{table}', count(*), max(xmin::text::bigint) FROM {table}" for table in tables)
    return {table: (count, last) for table, count, last in connection.execute(text(each))}


def _mark(connection, table: str) -> tuple[int, int | None]:
    return tuple(connection.execute(text(f"SELECT count(*), max(xmin::text::bigint) FROM {table}")).one())


def _rows(connection, table: str) -> str:
    return connection.execute(text(f"SELECT CAST(json_agg(t) AS text) FROM {table} AS t")).scalar_one()
