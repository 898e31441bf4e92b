"""``bellwether audit``: is what was recorded still what was recorded?"""

import click

from ledger import heads
from ledger.database import reached
from ledger.verify import Broken, verify
from service.commands.database import migrated
from service.commands.exit import Refused
from service.settings import read_settings


@click.group("audit")
def command() -> None:
    """The chain of answers and decisions."""


@command.command("verify")
def verify_chain() -> None:
    """Check every row and every signed head. Exit 1 and the first bad row, where the chain is broken."""
    settings = read_settings()
    signed = heads.load(settings.home)
    with migrated(settings) as engine, reached(engine), engine.connect() as connection:
        found = verify(connection, signed)
    if isinstance(found, Broken):
        raise Refused(f"the audit chain is broken: {found.why}")
    click.echo(f"The audit chain is whole: {found.rows:,} rows, signed up to row {found.witnessed:,}.")
