"""``bellwether records``: the firm's records in the database."""

from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path

import click

from ledger.database import reached
from models.checks.report import Report
from models.findings import Issue
from service.commands.database import migrated
from service.commands.exit import Refused
from service.settings import read_settings
from service.store.errors import StoreError
from service.store.loading import RecordsRefused
from service.store.loading import load_folder as load_records

_MOST_SHOWN = 5


@click.group("records")
def command() -> None:
    """The firm's records."""


@command.command("load")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--set-aside", "setting_aside", is_flag=True, help="Leave out rows with errors, and say how many.")
def load_folder(folder: Path, *, setting_aside: bool) -> None:
    """Load a folder of <table>.csv or <table>.parquet: all of it or nothing.

    A row with a known key is replaced; what it said before stays known in ``revisions``.
    """
    settings = read_settings()
    with migrated(settings) as engine, reached(engine):
        try:
            done = load_records(
                engine, settings.home, folder, setting_aside=setting_aside, clock=partial(datetime.now, UTC)
            )
        except StoreError as refused:
            raise Refused(str(refused)) from refused
    if isinstance(done, RecordsRefused):
        raise Refused(_why(done, folder))
    for table, rows in done.set_aside.items():
        click.echo(f"{table}: {rows:,} rows set aside", err=True)
    for table, count in done.loaded.items():
        left = f"; {count.revisions:,} revisions of what was overwritten" if count.revisions else ""
        click.echo(f"{table}: {count.inserted:,} new, {count.updated:,} changed, {count.unchanged:,} as before{left}")


def _why(refused: RecordsRefused, folder: Path) -> str:
    others = ", or load the others with --set-aside" if refused.can_set_aside else ""
    return (
        f"{refused.report.errors:,} errors, nothing was loaded:\n{_first(refused.report)}\n"
        f"See all of them: bellwether-lab check {folder}. Put them right{others}."
    )


def _first(report: Report) -> str:
    """Where the first errors are, without the values that stand there."""
    return "\n".join(f"  {_place(issue)}: {issue.message}" for issue in islice(report.issues(), _MOST_SHOWN))


def _place(issue: Issue) -> str:
    row = None if issue.row is None else f"row {issue.row}"
    return " ".join(part for part in (issue.table, row, issue.column) if part)
