"""Records that arrive become the stored records: checked, loaded and put on record, or refused as a whole.

What they overwrite leaves revisions behind, so that the past stays what it was (`models.overwriting`).
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from psycopg.sql import SQL, Identifier
from sqlalchemy import Connection, Engine

from ledger.audit import Entry, Row, append
from ledger.pseudonyms import pseudonym, reference
from ledger.record import transaction
from models.checks import Report, check, set_aside
from models.reading import Reading, read_folder
from service.store.copy_text import content_hash
from service.store.driver import binary_cursor
from service.store.reach import note_load
from service.store.records import Loaded, load
from service.store.tables import RECORDS_SCHEMA

_MANY = 1_000
"""Rows after which the planner is told at once what a table holds now; of fewer it learns in time by itself."""


@dataclass(frozen=True)
class RecordsLoaded:
    """What was loaded, by table, and how many rows were set aside; ``content_hash`` is of what was loaded."""

    report: Report
    loaded: Mapping[str, Loaded]
    set_aside: Mapping[str, int]
    content_hash: str
    audit_row: Row


@dataclass(frozen=True)
class RecordsRefused:
    """Nothing was loaded; ``report`` says why. ``can_set_aside``: without its bad rows the rest could be loaded."""

    report: Report
    can_set_aside: bool


def load_folder(
    engine: Engine, home: Path, folder: Path, *, setting_aside: bool, clock: Callable[[], datetime]
) -> RecordsLoaded | RecordsRefused:
    """Load every table of a folder; see `store`."""
    return store(engine, home, read_folder(folder), setting_aside=setting_aside, clock=clock)


def store(
    engine: Engine,
    home: Path,
    reading: Reading,
    *,
    setting_aside: bool,
    clock: Callable[[], datetime],
    by: str | None = None,
    first: Callable[[Connection], None] = lambda _connection: None,
    also: Callable[[Connection, "RecordsLoaded"], None] = lambda _connection, _stored: None,
) -> RecordsLoaded | RecordsRefused:
    """Load all that was read in one transaction, on record as ``records_loaded`` with its counts and hash.

    Rows with errors are left out when ``setting_aside``, and else refuse everything. What is wrong with a whole file or
    column cannot be set aside. ``by`` is the principal, where one is known. ``first`` may raise before anything is
    loaded, ``also`` stores what belongs to the load.

    Raises:
        UnfitRecordsError: see ``service.store.records.load``.
        ChainBrokenError: the audit chain contradicts its signed heads; nothing was loaded.
        DBAPIError: the database is gone or refuses.
    """
    report = check(reading)
    can_set_aside = not report.beyond_setting_aside
    if not report.ok and not (setting_aside and can_set_aside):
        return RecordsRefused(report, can_set_aside)
    fit = set_aside(reading.records, report)
    said = content_hash(fit.records)
    with transaction(engine, home) as connection:
        first(connection)
        loaded = load(connection, fit.records, clock=clock)
        now = clock()
        note_load(connection, fit.records, now=now)
        _analyze(connection, loaded)
        payload = {
            "tables": {name: asdict(count) for name, count in loaded.items()},
            "set_aside": dict(fit.counts),
            "content_hash": said,
            **({"principal": pseudonym(reference(connection, by), by)} if by else {}),
        }
        (row,) = append(connection, [Entry("records_loaded", payload)], now=now)
        done = RecordsLoaded(report, loaded, fit.counts, said, row)
        also(connection, done)
    return done


def _analyze(connection: Connection, loaded: Mapping[str, Loaded]) -> None:
    """Tell the planner what the tables now hold: look-ups right after a first load would else be planned blindly."""
    with binary_cursor(connection) as cursor:
        for name, count in loaded.items():
            if count.inserted + count.updated >= _MANY:
                cursor.execute(SQL("ANALYZE {}").format(Identifier(RECORDS_SCHEMA, name)))
