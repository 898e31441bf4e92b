"""How far the stored records reach: what happened after that is not in them yet."""

from datetime import datetime, timedelta

import polars as pl
from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert

from models.local_time import end_of_day
from models.records import TABLES, Kind, Records
from service.store.tables import records_loads

UNKNOWN = timedelta(days=36_525)
"""A century: where nobody can tell how far records reach, no workflow takes them for fresh."""


def reach_of(records: Records, now: datetime) -> datetime | None:
    """The latest instant, not after ``now``, of which these records tell that something happened; None if of none."""
    told = [reached for name, frame in records.items() for reached in _told(name, frame, now)]
    return max(told, default=None)


def note_load(connection: Connection, records: Records, *, now: datetime) -> None:
    """Note that these records were stored at ``now``, in the transaction that stores them."""
    row = insert(records_loads).values(loaded_at=now, reaches=reach_of(records, now))
    connection.execute(row.on_conflict_do_update(index_elements=["loaded_at"], set_={"reaches": row.excluded.reaches}))


def records_age(connection: Connection, as_of: datetime) -> timedelta:
    """How far before ``as_of`` the stored records end, none where they reach beyond it; `UNKNOWN` before any load."""
    reaches = connection.execute(select(func.max(records_loads.c.reaches))).scalar()
    return UNKNOWN if reaches is None else max(timedelta(0), as_of - reaches)


def _told(name: str, frame: pl.DataFrame, now: datetime) -> list[datetime]:
    found = []
    for column in TABLES[name].columns:
        if column.name not in frame.columns or not (column.kind is Kind.INSTANT or column.name == "worked_on"):
            continue
        cells = frame[column.name]
        if column.kind is not Kind.INSTANT:
            cells = end_of_day(cells, pl.repeat(None, frame.height, dtype=pl.String, eager=True))
        last = cells.filter(cells <= now).max()
        if isinstance(last, datetime):
            found.append(last)
    return found
