"""``bellwether labels``: what people decided and engines did, for the lab."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from ledger.audit import Entry, append
from ledger.database import reached
from ledger.record import transaction
from service.commands.database import migrated
from service.commands.exit import Refused
from service.settings import read_settings
from service.store.labels import labels

EXPORTED = "labels_exported"
_OWNER_ONLY = 0o600


@click.group("labels")
def command() -> None:
    """What people decided and engines did."""


@command.command("export")
@click.option("--out", "file", required=True, metavar="FILE.parquet", type=click.Path(dir_okay=False, path_type=Path))
def export(file: Path) -> None:
    """Write every recommendation with what was decided and done, for bellwether-lab interventions.

    Of some tasks the subjects are days of persons: the file is for its owner alone, and the export is on record.
    """
    if file.suffix != ".parquet":
        raise click.BadParameter(f"expected a name that ends in .parquet; got {file.name}", param_hint="--out")
    settings = read_settings()
    with migrated(settings) as engine, reached(engine), transaction(engine, settings.home) as connection:
        found = labels(connection)
        try:
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY), "wb") as opened:
                found.write_parquet(opened)
        except OSError as refused:
            raise Refused(f"{file} cannot be written: {refused.strerror}") from refused
        append(connection, [Entry(EXPORTED, {"rows": found.height})], now=datetime.now(UTC))
    click.echo(f"{found.height:,} labels in {file}")
