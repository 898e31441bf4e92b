"""``bellwether``: parse, call one function, turn what it refuses into a sentence and an exit code."""

import os
from importlib import import_module
from typing import Any

import click

from ledger.errors import LedgerError
from models.sow.taxonomy import TaxonomyRefused
from prompts.prompt import PromptRefused
from service.chains.clients import LanguageModelRefused
from service.commands.exit import Refused
from service.gate.mistakes import GateFilesRefused
from service.settings import SettingsRefused

_COMMANDS = {
    "audit": "audit",
    "demo": "demo",
    "fake-llm": "fake_llm",
    "keys": "keys",
    "kill-switch": "kill_switch",
    "labels": "labels",
    "persons": "persons",
    "policies": "policies",
    "records": "records",
    "retention": "retention",
    "serve": "serve",
    "signing-keys": "signing_keys",
    "sow": "sow",
    "worker": "worker",
    "workflows": "workflows",
}
"""Name to module in ``service.commands``, imported when used: serving costs seconds that making a key should not."""

_MANY_AT_ONCE = frozenset({"serve", "worker"})
"""They answer on many threads at once, each with small frames: handing these to further threads costs more than it
gains. Read by polars when it is imported, so it has to be said before."""

_EXPECTED = (
    Refused, SettingsRefused, GateFilesRefused, LanguageModelRefused, PromptRefused, LedgerError, TaxonomyRefused,
)  # fmt: skip


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in _COMMANDS:
            return None
        if cmd_name in _MANY_AT_ONCE:
            os.environ.setdefault("POLARS_MAX_THREADS", "1")
        command: click.Command = import_module(f"service.commands.{_COMMANDS[cmd_name]}").command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except _EXPECTED as refused:
            raise click.ClickException(str(refused)) from refused


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="bellwether")
def main() -> None:
    """Bellwether: sees early where work is about to go wrong, and recommends what may be done about it."""
