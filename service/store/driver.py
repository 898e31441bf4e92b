"""The driver's own cursor, for what SQLAlchemy does not offer: COPY, and results in PostgreSQL's binary format."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError


@contextmanager
def binary_cursor(connection: Connection) -> Iterator[psycopg.Cursor[tuple[Any, ...]]]:
    """A cursor inside the connection's transaction, which it begins where there is none.

    The driver's errors come as SQLAlchemy's, so that they are told apart in one way, and without the row that the
    server may have quoted in them.
    """
    if not connection.in_transaction():
        connection.begin()
    raw = connection.connection.driver_connection
    assert isinstance(raw, psycopg.Connection)
    try:
        with raw.cursor(binary=True) as cursor:
            yield cursor
    except psycopg.Error as error:
        bare = type(error)(error.diag.message_primary or type(error).__name__)
        raise DBAPIError.instance(
            None, None, bare, psycopg.Error, connection_invalidated=raw.closed, dialect=connection.dialect
        ) from None
