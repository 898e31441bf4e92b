"""``bellwether keys``: API keys of principals."""

from datetime import UTC, datetime

import click

from ledger.database import reached
from ledger.principals import API_ROLES, create_key
from ledger.record import transaction
from service.commands.database import migrated
from service.settings import read_settings


@click.group("keys")
def command() -> None:
    """API keys of principals."""


@command.command("create")
@click.option("--role", "api_role", type=click.Choice(API_ROLES), required=True, help="What its holder may do.")
@click.option("--principal", "principal_id", required=True, help="Who holds it: a person, or an engine.")
def create(api_role: str, principal_id: str) -> None:
    """Make a key and print it, once, on stdout. Only a hash of it is kept."""
    if not principal_id.strip():
        raise click.BadParameter("expected a name, got a blank", param_hint="--principal")
    settings = read_settings()
    with migrated(settings) as engine, reached(engine), transaction(engine, settings.home) as connection:
        key = create_key(connection, principal_id=principal_id, api_role=api_role, now=datetime.now(UTC))
    click.echo(
        f"A key of {principal_id} as {api_role}. It is shown this once; send it as 'Authorization: Bearer KEY'.",
        err=True,
    )
    click.echo(key)
