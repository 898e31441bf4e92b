"""May the database hold this frame? Asked before it is sent, so that the answer names the column and the rows."""

import datetime as dt

import polars as pl

from models.records import Column, Kind, Table
from service.store.errors import UnfitRecordsError


def canonical(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with all columns of the table in their order, absent ones null.

    Raises:
        UnfitRecordsError: a column is unknown or has another type, a required cell is null, a key comes twice, or a
            cell is outside of what PostgreSQL holds (a NUL in a text, a day outside of the years 1 to 9999).
    """
    for name, dtype in frame.schema.items():
        if name not in table.by_name:
            raise UnfitRecordsError(table.name, [name], f"one of the columns {', '.join(table.by_name)}")
        if dtype != table.schema[name]:
            raise UnfitRecordsError(table.name, [name], f"the type {table.schema[name]}, not {dtype}")
    whole = frame.select(
        pl.col(column.name) if column.name in frame.columns else pl.lit(None, column.dtype).alias(column.name)
        for column in table.columns
    )
    for column in table.columns:
        _refuse(table, [column.name], "a value in each row", whole[column.name].is_null() & column.required)
        _refuse(table, [column.name], *_unstorable(column, whole[column.name]))
    _refuse(table, table.key, "each key once in a load", whole.select(table.key).is_duplicated())
    return whole


def _unstorable(column: Column, cells: pl.Series) -> tuple[str, pl.Series]:
    match column.kind:
        case Kind.TEXT:
            return "text without a NUL character", cells.str.contains("\0", literal=True)
        case Kind.DAY | Kind.INSTANT:
            days = cells.cast(pl.Date)
            return "a day in the years 1 to 9999", ~days.is_between(dt.date.min, dt.date.max)
        case _:
            return "", pl.Series([], dtype=pl.Boolean)


def _refuse(table: Table, columns: list[str] | tuple[str, ...], expected: str, bad: pl.Series) -> None:
    positions = bad.fill_null(value=False).arg_true()
    if not positions.is_empty():
        raise UnfitRecordsError(table.name, columns, expected, positions.to_list())
