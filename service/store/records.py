"""The firm's records in the database: whole canonical frames in, the rows of a neighbourhood out, each cell exact."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from psycopg import Cursor
from psycopg.sql import SQL, Composable, Composed, Identifier
from sqlalchemy import Connection

from models.neighbourhood import Fetch
from models.overwriting import left_behind
from models.point_in_time import row_key
from models.records import TABLES, Column, Kind, Records, Table
from service.store.copy_text import encode
from service.store.driver import binary_cursor
from service.store.fitness import canonical
from service.store.tables import RECORDS_SCHEMA


@dataclass(frozen=True)
class Loaded:
    """What a load did to one table, in rows; ``unchanged`` ones were stored already, the same in every cell.

    ``revisions`` is how many rows of that table its overwritten cells left behind.
    """

    inserted: int
    updated: int
    unchanged: int
    revisions: int = 0


def load(
    connection: Connection, records: Records, *, clock: Callable[[], dt.datetime] | None = None
) -> Mapping[str, Loaded]:
    """Upsert canonical frames by their keys, in the caller's transaction: all of it or nothing.

    A record is a whole row: a column that a frame lacks becomes null, also where a value was stored. Loads of the same
    table take turns until their transactions end; readers are not kept waiting.

    Overwritten cells leave `models.overwriting` behind. The new values are known from what ``clock`` says once it is
    this load's turn, so that the last of two is known last. Without a clock nothing is left, as if it had always been
    so.

    Raises:
        UnfitRecordsError: a frame is not canonical, has a key twice, or has a cell that PostgreSQL cannot hold. Found
            before anything is sent.
        DBAPIError: the database refuses.
    """
    frames = {name: canonical(table, records[name]) for name, table in TABLES.items() if name in records}
    filled = {name: frame for name, frame in frames.items() if not frame.is_empty()}
    loaded = dict.fromkeys(frames, Loaded(0, 0, 0))
    if not filled:
        return loaded
    with binary_cursor(connection) as cursor:
        ordered = sorted(filled, key=lambda name: name != _REVISIONS)  # what they say already is not said again
        if clock and _REVISIONS not in filled:
            cursor.execute(SQL("LOCK TABLE {} IN ROW EXCLUSIVE MODE").format(_stored(_REVISIONS)))
        cursor.execute(SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE").format(SQL(", ").join(map(_stored, ordered))))
        now = clock() if clock else None
        for name in ordered:
            frame = filled[name]
            _stage(cursor, name, frame)
            left = TABLES[_REVISIONS].empty() if now is None else _left(connection, TABLES[name], frame, now)
            inserted, updated = cursor.execute(_upsert(TABLES[name])).fetchone() or (0, 0)
            cursor.execute("DROP TABLE staged")
            loaded[name] = Loaded(inserted, updated, frame.height - inserted - updated, left.height)
            if not left.is_empty():
                _stage(cursor, _REVISIONS, left)
                cursor.execute(_upsert(TABLES[_REVISIONS]))
                cursor.execute("DROP TABLE staged")
    return loaded


_REVISIONS = "revisions"


def _stage(cursor: Cursor[tuple[Any, ...]], name: str, frame: pl.DataFrame) -> None:
    cursor.execute(SQL("CREATE TEMPORARY TABLE staged (LIKE {})").format(_stored(name)))
    with cursor.copy("COPY staged FROM STDIN") as copy:
        copy.write(encode(frame))
    cursor.execute("ANALYZE staged")


def _left(connection: Connection, table: Table, frame: pl.DataFrame, now: dt.datetime) -> pl.DataFrame:
    """The revisions that the staged frame leaves behind, of the stored rows that it is about to overwrite."""
    former = _rows(connection, table, _overwritten(table), [])
    if former.is_empty() or table.name == _REVISIONS:
        return TABLES[_REVISIONS].empty()
    near = fetch(connection)
    said = near(_REVISIONS, "key", former.select(row_key(table)).to_series().to_list())
    around = {_REVISIONS: said.filter(pl.col("table") == table.name)}
    for parent, key in (("people", "person_id"), ("projects", "project_id")):
        if key in table.by_name and parent != table.name:
            ids = pl.concat([former[key], frame[key]]).drop_nulls().unique().to_list()
            around[parent] = near(parent, key, ids)
    given = frame.join(former.select(table.key), on=table.key, how="semi", nulls_equal=True)
    return left_behind(table.name, former, given, around, now)


def _overwritten(table: Table) -> Composed:
    """Whether a stored row has other cells than the staged one of its key, compared as in `_upsert`."""
    same_key = SQL(" AND ").join(
        SQL("staged.{0} {1} {2}.{0}").format(
            Identifier(part),
            SQL("=" if table.by_name[part].required else "IS NOT DISTINCT FROM"),
            Identifier(table.name),
        )
        for part in table.key
    )
    return SQL("EXISTS (SELECT FROM staged WHERE {} AND staged.* *<> {}.*)").format(same_key, Identifier(table.name))


def fetch(connection: Connection) -> Fetch:
    """Reads neighbourhoods as ``models.neighbourhood.Fetch`` says, within the connection's transaction.

    Rows are ordered by key, as bytes and with nulls first. Reads that belong together see one state of the records only
    in a REPEATABLE READ transaction. The returned function raises ``ValueError`` for a table or column that is not
    canonical, a ``column`` that holds no text, or a ``since`` that names no day column.
    """

    def rows(
        table: str, column: str, values: Collection[str] | None, *, since: tuple[str, dt.date] | None = None
    ) -> pl.DataFrame:
        wanted = _column(table, column, Kind.TEXT)
        condition: Composable = SQL("TRUE")
        parameters: list[Any] = []
        if values is not None:
            condition = SQL("{} = ANY(%s)").format(Identifier(wanted.name))
            parameters.append(list(values))
        if since is not None:
            day = _column(table, since[0], Kind.DAY)
            condition = SQL("{} AND {} >= %s").format(condition, Identifier(day.name))
            parameters.append(since[1])
        if values is not None and not values:
            return TABLES[table].empty()
        return _rows(connection, TABLES[table], condition, parameters)

    return rows


def _rows(connection: Connection, table: Table, condition: Composable, parameters: list[Any]) -> pl.DataFrame:
    """One array a column, in one row: twice as fast as a row at a time, and no text to parse."""
    arrays = SQL(", ").join(SQL("array_agg({})").format(_exact(column)) for column in table.columns)
    query = SQL("SELECT {} FROM {} WHERE {}").format(arrays, _stored(table.name), condition)
    with binary_cursor(connection) as cursor:
        found = cursor.execute(query, parameters).fetchone() or ()
    cells = (
        pl.Series(column.name, values or [], dtype=_PLAIN.get(column.kind, column.dtype)).cast(column.dtype)
        for column, values in zip(table.columns, found, strict=True)
    )
    return pl.DataFrame(cells).sort(table.key)


_PLAIN = {Kind.DAY: pl.Int32(), Kind.INSTANT: pl.Int64()}


def _exact(column: Column) -> Composable:
    """Days as days and instants as microseconds since 1970, which need no object a cell on the way to a frame."""
    name = Identifier(column.name)
    match column.kind:
        case Kind.DAY:
            return SQL("{} - date '1970-01-01'").format(name)
        case Kind.INSTANT:
            return SQL("(extract(epoch FROM {}) * 1000000)::bigint").format(name)
        case _:
            return name


def _upsert(table: Table) -> Composed:
    """Rows are compared as they are stored (``*<>``), by which -0.0 and 0.0 differ and two nulls do not."""
    key = SQL(", ").join(map(Identifier, table.key))
    names = SQL(", ").join(Identifier(column.name) for column in table.columns)
    replaced = SQL(", ").join(SQL("{0} = excluded.{0}").format(Identifier(name)) for name in table.overwritten)
    action = (
        SQL("UPDATE SET {} WHERE stored.* *<> excluded.*").format(replaced) if table.overwritten else SQL("NOTHING")
    )
    return SQL("""
        WITH written AS (
            INSERT INTO {table} AS stored ({names}) SELECT {names} FROM staged
            ON CONFLICT ({key}) DO {action}
            RETURNING stored.xmax = 0 AS is_new
        )
        SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM written
    """).format(table=_stored(table.name), names=names, key=key, action=action)


def _stored(name: str) -> Identifier:
    return Identifier(RECORDS_SCHEMA, name)


def _column(table: str, name: str, kind: Kind) -> Column:
    column = TABLES[table].by_name.get(name) if table in TABLES else None
    if column is None or column.kind is not kind:
        raise ValueError(f"{table}.{name}: expected a {kind} column of a canonical table")
    return column
