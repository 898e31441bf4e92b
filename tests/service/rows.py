"""Rows put straight into a table, of which a test says only what matters to it."""

from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa

_FILLED = {
    sa.Text: lambda: "",
    sa.Integer: lambda: 0,
    sa.Double: lambda: 0.0,
    sa.Boolean: lambda: False,
    sa.Uuid: uuid4,
    sa.DateTime: lambda: datetime(2026, 3, 2, 9, tzinfo=UTC),
    sa.JSON: dict,
}


def put(connection, table, **values):
    """Inserts a row. What is not said is null where that may be, and else the plainest value of its type."""
    filled = {
        column.name: next(make() for kind, make in _FILLED.items() if isinstance(column.type, kind))
        for column in table.columns
        if not column.nullable
    }
    connection.execute(sa.insert(table).values(filled | values))
