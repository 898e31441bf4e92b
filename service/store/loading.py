"""A folder of records becomes the stored records: read, checked, loaded and put on record, or refused as a whole."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from psycopg.sql import SQL, Identifier
from sqlalchemy import Connection, Engine

from ledger.audit import Entry, Row, append
from ledger.record import transaction
from models.checks import Report, check, set_aside
from models.reading import read_folder
from models.records import Records
from service.store.copy_text import content_hash
from service.store.driver import binary_cursor
from service.store.reach import note_load
from service.store.records import Loaded, load
from service.store.tables import RECORDS_SCHEMA


@dataclass(frozen=True)
class FolderLoaded:
    """What was loaded, by table, and how many rows were set aside; ``content_hash`` is of what was loaded."""

    report: Report
    loaded: Mapping[str, Loaded]
    set_aside: Mapping[str, int]
    content_hash: str
    audit_row: Row


@dataclass(frozen=True)
class FolderRefused:
    """Nothing was loaded; ``report`` says why. ``can_set_aside``: without its bad rows the folder could be loaded."""

    report: Report
    can_set_aside: bool


def load_folder(
    engine: Engine, home: Path, folder: Path, *, setting_aside: bool, now: datetime
) -> FolderLoaded | FolderRefused:
    """Load every table of a folder in one transaction, on record as ``records_loaded`` with its counts and hash.

    Rows with errors are left out when ``setting_aside``, and else refuse the folder. What is wrong with a whole file or
    column cannot be set aside.

    Raises:
        ChainBrokenError: the audit chain contradicts its signed heads; nothing was loaded.
        DBAPIError: the database is gone or refuses.
    """
    reading = read_folder(folder)
    report = check(reading)
    can_set_aside = not report.beyond_setting_aside
    if not report.ok and not (setting_aside and can_set_aside):
        return FolderRefused(report, can_set_aside)
    fit = set_aside(reading.records, report)
    said = content_hash(fit.records)
    with transaction(engine, home) as connection:
        loaded = load(connection, fit.records)
        note_load(connection, fit.records, now=now)
        _analyze(connection, fit.records)
        counts = {name: asdict(count) for name, count in loaded.items()}
        payload = {"tables": counts, "set_aside": dict(fit.counts), "content_hash": said}
        (row,) = append(connection, [Entry("records_loaded", payload)], now=now)
    return FolderLoaded(report, loaded, fit.counts, said, row)


def _analyze(connection: Connection, records: Records) -> None:
    """Tell the planner what the tables now hold: look-ups right after a first load would else be planned blindly."""
    with binary_cursor(connection) as cursor:
        for name, frame in records.items():
            if not frame.is_empty():
                cursor.execute(SQL("ANALYZE {}").format(Identifier(RECORDS_SCHEMA, name)))
