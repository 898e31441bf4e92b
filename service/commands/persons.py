"""``bellwether persons``: what a person may ask for."""

from datetime import UTC, datetime

import click

from ledger.audit import Entry, append
from ledger.database import reached
from ledger.record import transaction
from service.commands.database import migrated
from service.settings import read_settings
from service.store.erasure import Erased, erase_person

ERASED = "person_erased"


@click.group("persons")
def command() -> None:
    """What a person may ask for."""


@command.command("erase")
@click.argument("person_id")
@click.option("--records", "with_records", is_flag=True, help="The person's rows in the records, too.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(person_id: str, *, with_records: bool, yes: bool) -> None:
    """Erase a person: nothing that stays can be tied to them, and the audit chain stays whole."""
    if not person_id.strip():
        raise click.BadParameter("expected an id, got a blank", param_hint="PERSON_ID")
    if not yes:
        what = "this person and the person's records" if with_records else "this person"
        click.confirm(f"Erase {what} for good?", abort=True, err=True)
    settings = read_settings()
    with migrated(settings) as engine, reached(engine), transaction(engine, settings.home) as connection:
        erased = erase_person(connection, person_id, with_records=with_records)
        if erased.anything:
            payload = {"records": with_records, "counts": dict(erased.counts)}
            append(connection, [Entry(ERASED, payload)], now=datetime.now(UTC))
    _told(erased, with_records=with_records)


def _told(erased: Erased, *, with_records: bool) -> None:
    if not erased.anything:
        click.echo("There was nothing of this person.")
    for name, count in erased.counts.items():
        if count:
            click.echo(f"{name}: {count:,}")
    if erased.chain_mentions:
        click.echo(
            f"{erased.chain_mentions:,} rows of the audit chain hold the id where somebody wrote it, such as in the "
            "name of a workflow's instance or as the officer on record; they stay.",
            err=True,
        )
    if erased.anything and not with_records:
        click.echo("The records are as they were: take the person out of their source, then add --records.", err=True)
