"""``bellwether kill-switch``: stop a task or a workflow where HTTP is down."""

import os
from datetime import UTC, datetime

import click
from sqlalchemy import Engine

from ledger.database import reached
from ledger.principals import Principal, principal_of
from service.commands.database import migrated
from service.commands.exit import Refused
from service.gate.switch import Scope, Turn
from service.gate.verdict import Verdict
from service.gate_in_force import read_gate
from service.settings import read_settings
from service.triage.switching import Turning, UnknownSwitch, turn_switch

_KEY = "BELLWETHER_KEY"
_reason = click.option("--reason", required=True, help="Why, for all to read: name no person.")
_scope = click.argument("scope", type=click.Choice([str(scope) for scope in Scope]))
_name = click.argument("name")


@click.group("kill-switch")
def command() -> None:
    """Stop a task or a workflow, or let it go on, as the principal of BELLWETHER_KEY."""


@command.command("stop")
@_scope
@_name
@_reason
def stop(scope: str, name: str, reason: str) -> None:
    """From now on nothing of it is recommended, accepted or acted on."""
    _turn(Scope(scope), name, Turn.STOP, reason)


@command.command("resume")
@_scope
@_name
@_reason
def resume(scope: str, name: str, reason: str) -> None:
    """Let it go on; whoever stopped it may not."""
    _turn(Scope(scope), name, Turn.RESUME, reason)


def _turn(scope: Scope, name: str, turn: Turn, reason: str) -> None:
    if not reason.strip():
        raise click.BadParameter("expected a sentence, got a blank", param_hint="--reason")
    settings = read_settings()
    gate = read_gate(settings.gate_folder)
    with migrated(settings) as engine, reached(engine):
        wanted = Turning(scope, name, turn, reason.strip(), _principal(engine))
        try:
            said = turn_switch(engine, settings.home, gate, wanted, now=datetime.now(UTC))
        except UnknownSwitch as unknown:
            raise Refused(str(unknown)) from unknown
    if isinstance(said, Verdict):
        raise Refused(f"{', '.join(said.codes)}: {said.reason}")
    click.echo(
        f"The {scope} {name} is {'stopped' if said.stopped else 'not stopped'}, by {said.principal_id} "
        f"since {said.changed_at:%Y-%m-%d %H:%M:%S} UTC: {said.reason}"
    )


def _principal(engine: Engine) -> Principal:
    key = os.environ.get(_KEY, "").strip()
    with engine.connect() as connection:
        found = principal_of(connection, key)
    if found is None:
        raise Refused(f"the key in {_KEY} is missing, unknown or revoked; bellwether keys create makes one")
    return found
