"""``bellwether workflows``: what may be recommended where, and whether a firm's own files are in order. No database."""

import json
from pathlib import Path

import click

from service.commands.exit import Refused
from service.gate.drawing import action_table, draw
from service.gate.gate import Gate
from service.gate.mistakes import GateFilesRefused
from service.gate.workflow import workflow_schema
from service.gate_in_force import read_gate
from service.settings import read_settings

_OWN_PARTS = ("workflows", "policies", "tables.yaml")


@click.group("workflows")
def command() -> None:
    """The governed workflows."""


@command.command("list")
def list_workflows() -> None:
    """One line a workflow: name, version, purpose, the tasks that may propose in it, and its steps."""
    for workflow in _in_force().workflows.by_name.values():
        click.echo(
            f"{workflow.name}  version {workflow.version}  {workflow.purpose}  {', '.join(workflow.tasks)}: "
            f"{' '.join(workflow.steps)}"
        )


@command.command("draw")
@click.argument("name")
def draw_workflow(name: str) -> None:
    """The state diagram of workflow NAME, in Mermaid."""
    workflows = _in_force().workflows.by_name
    if name not in workflows:
        raise Refused(f"no workflow {name!r}; expected one of {', '.join(workflows)}")
    click.echo(draw(workflows[name]), nl=False)


@command.command("check")
@click.argument(
    "folder", metavar="[DIR]", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
def check(folder: Path | None) -> None:
    """Load the shipped files with a firm's own folder DIR over them, as the service would, and say what is wrong.

    DIR holds workflows/*.yaml, policies/*.cedar and tables.yaml, or some of them; without it, BELLWETHER_GATE_FOLDER.
    Exit 1 and a line for each mistake, FILE:LINE: REASON.
    """
    own = folder or read_settings().gate_folder
    if own is not None and not any((own / part).exists() for part in _OWN_PARTS):
        raise Refused(f"{own} holds none of {', '.join(_OWN_PARTS)}; nothing of it would be in use")
    try:
        gate = read_gate(own)
    except GateFilesRefused as refused:
        for mistake in refused.mistakes:
            click.echo(str(mistake))
        raise Refused(f"{len(refused.mistakes)} to mend; until then none of these files would be in use") from None
    workflows, policies = gate.workflows, gate.policies.statements
    firm = sum(1 for each in workflows.files.values() if own is not None and each.file.is_relative_to(own))
    click.echo(
        f"In order: {len(workflows.by_name)} workflows, {firm} of them the firm's own; {len(policies)} policies; "
        f"policy version {gate.policy_version}."
    )


@command.command("schema")
def schema() -> None:
    """The JSON schema of a workflow file, for editors."""
    click.echo(json.dumps(workflow_schema(), indent=2))


@command.command("actions")
def actions() -> None:
    """The closed list of actions that a workflow may allow, as a Markdown table."""
    click.echo(action_table(), nl=False)


def _in_force() -> Gate:
    return read_gate(read_settings().gate_folder)
