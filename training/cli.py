"""``bellwether-lab``: one command a file under ``training/commands``, loaded when it is called."""

from importlib import import_module

import click

COMMANDS = {
    "simulate": "training.commands.simulate:simulate",
    "import": "training.commands.import_:import_",
    "check": "training.commands.check:check",
    "snapshot": "training.commands.snapshot:snapshot",
    "train": "training.commands.train:train",
    "backtest": "training.commands.backtest:backtest",
    "retrospect": "training.commands.retrospect:retrospect",
    "score": "training.commands.score:score",
    "interventions": "training.commands.interventions:interventions",
    "promote": "training.commands.promote:promote",
    "prompts": "training.commands.prompts:prompts",
}
"""Name on the command line -> module and command in it. Loading lazily keeps ``check`` free of MLflow's start-up."""


class LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """From a firm's exports to records, and from records to predictors."""
