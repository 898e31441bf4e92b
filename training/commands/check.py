"""``bellwether-lab check DIR``: are these records fit to learn from?"""

import json
from pathlib import Path

import click
from rich.console import Console

from models.checks import check as check_records
from models.reading import read_folder
from training.report_text import print_report


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.pass_context
def check(ctx: click.Context, folder: Path, *, as_json: bool) -> None:
    """Check a folder of records, table by table. Exit 1 where it has errors."""
    report = check_records(read_folder(folder))
    if as_json:
        click.echo(json.dumps(report.as_document()))
    else:
        print_report(report, Console(highlight=False, markup=False))
    ctx.exit(0 if report.ok else 1)
