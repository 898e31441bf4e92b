"""``bellwether retention``: what is kept for how long."""

from datetime import UTC, datetime

import click

from service.commands.database import migrated
from service.retaining import limits_of
from service.settings import read_settings
from service.store.retention import apply_retention


@click.group("retention")
def command() -> None:
    """What is kept for how long."""


@command.command("apply")
def apply() -> None:
    """Remove what is older than the settings allow, as a running service does once an hour."""
    settings = read_settings()
    with migrated(settings) as engine:
        removed = apply_retention(engine, settings.home, limits_of(settings), now=datetime.now(UTC))
    if not removed:
        click.echo("Nothing is older than it may be.")
    for name, count in removed.items():
        if count:
            click.echo(f"{name}: {count:,} removed")
