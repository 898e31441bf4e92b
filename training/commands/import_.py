"""``bellwether-lab import MAPPING.yaml --source DIR-or-URL --out DIR``: any export becomes records."""

from datetime import UTC, date, datetime
from pathlib import Path

import click
from rich.console import Console

from training.importing.importer import Imported, import_records
from training.importing.problems import ImportRefused
from training.importing.writing import SET_ASIDE
from training.report_text import print_findings


class Day(click.ParamType[date]):
    """A date, or ``today`` (UTC)."""

    name = "DATE"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        if value == "today":
            return datetime.now(UTC).date()
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"expected a date written YYYY-MM-DD, or today; got {value}", param, ctx)


@click.command("import")
@click.argument("mapping", metavar="MAPPING.yaml", type=click.Path(path_type=Path))
@click.option("--source", required=True, metavar="DIR-or-URL", help="The folder of the export, or a database URL.")
@click.option("--out", required=True, metavar="DIR", type=click.Path(path_type=Path), help="Where the records go.")
@click.option("--last-day", type=Day(), help="Move everything by whole weeks so that it ends on this day.")
@click.option("--set-aside", is_flag=True, help=f"Bad rows go to DIR/{SET_ASIDE} instead of stopping the import.")
@click.option("--force", is_flag=True, help="Write beside other files in DIR.")
@click.pass_context
def import_(
    ctx: click.Context, mapping: Path, source: str, out: Path, *, last_day: date | None, set_aside: bool, force: bool
) -> None:
    """Make records of an export, as MAPPING.yaml says. Exit 1 where a cell does not parse, with nothing written."""
    try:
        imported = import_records(mapping, source, out, last_day=last_day, set_aside=set_aside, force=force)
    except ImportRefused as refused:
        raise click.ClickException(str(refused)) from refused
    _print(imported, out, Console(highlight=False, markup=False))
    ctx.exit(0 if imported.written else 1)


def _print(imported: Imported, out: Path, console: Console) -> None:
    print_findings(imported.findings, {}, console)
    if not imported.written:
        console.print(
            "\nNothing was written. Rows are numbered as the SELECT of their table returns them, from 1. "
            "Put them right in the export or the mapping, or leave them out with --set-aside.",
            soft_wrap=True,
        )
        return
    for name, rows in imported.rows.items():
        aside = imported.aside.get(name, 0)
        noted = f", {aside:,} set aside in {out / SET_ASIDE / name}.csv" if aside else ""
        console.print(f"{name}: {rows:,} rows{noted}", soft_wrap=True)
    if imported.moved:
        later = sum(imported.moved.later.values())
        console.print(f"Moved by {imported.moved.weeks:,} weeks; {later:,} rows would be known later and are left out.")
    console.print(f"Records in {out}", soft_wrap=True)
