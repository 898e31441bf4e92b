"""``bellwether records``: the firm's records in the database."""

from itertools import islice
from pathlib import Path

import click

from ledger.database import reached
from models.checks import check
from models.checks.report import Report
from models.checks.set_aside import set_aside
from models.findings import Issue
from models.reading import read_folder
from models.records import Records
from service.commands.database import migrated
from service.commands.exit import Refused
from service.settings import read_settings
from service.store.errors import StoreError
from service.store.records import load

_MOST_SHOWN = 5
_ADVICE = "See all of them: bellwether-lab check {}. Put them right, or load the others with --set-aside."


@click.group("records")
def command() -> None:
    """The firm's records."""


@command.command("load")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--set-aside", "setting_aside", is_flag=True, help="Leave out rows with errors, and say how many.")
def load_folder(folder: Path, *, setting_aside: bool) -> None:
    """Load a folder of <table>.csv or <table>.parquet: all of it or nothing. A row with a known key is replaced."""
    records = _fit(folder, setting_aside=setting_aside)
    with migrated(read_settings()) as engine, reached(engine), engine.begin() as connection:
        try:
            loaded = load(connection, records)
        except StoreError as refused:
            raise Refused(str(refused)) from refused
    for table, count in loaded.items():
        click.echo(f"{table}: {count.inserted:,} new, {count.updated:,} changed, {count.unchanged:,} as before")


def _fit(folder: Path, *, setting_aside: bool) -> Records:
    reading = read_folder(folder)
    report = check(reading)
    if report.ok:
        return reading.records
    if not setting_aside:
        raise Refused(f"{report.errors:,} errors, nothing was loaded:\n{_first(report)}\n{_ADVICE.format(folder)}")
    kept = set_aside(reading.records, report)
    for table, count in kept.counts.items():
        click.echo(f"{table}: {count:,} rows set aside", err=True)
    return kept.records


def _first(report: Report) -> str:
    """Where the first errors are, without the values that stand there."""
    return "\n".join(f"  {_place(issue)}: {issue.message}" for issue in islice(report.issues(), _MOST_SHOWN))


def _place(issue: Issue) -> str:
    row = None if issue.row is None else f"row {issue.row}"
    return " ".join(part for part in (issue.table, row, issue.column) if part)
