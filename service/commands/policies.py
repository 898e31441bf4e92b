"""``bellwether policies``: what the gate's policies are, and whether they do on their cases what they should."""

from collections.abc import Sequence
from pathlib import Path

import click

from service.commands.exit import Refused
from service.gate.case_runner import Trial, try_policies
from service.gate.gate_sample import sample
from service.gate.mistakes import GateFilesRefused, Mistake
from service.gate.policy_files import SHIPPED_POLICIES, Policies, load_policies
from service.gate.workflow_files import SHIPPED_WORKFLOWS, load_workflows

_OWN = click.argument(
    "own",
    metavar="[DIR]",
    required=False,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)


@click.group("policies")
def command() -> None:
    """The policies of the gate. DIR is a firm's own folder, which holds policies/ and perhaps workflows/."""


@command.command("list")
@_OWN
@click.option("--markdown", is_flag=True, help="As the table that docs/policies.md holds.")
def list_policies(own: Path | None, *, markdown: bool) -> None:
    """Every policy: its id, whether it permits or forbids, the reason that it gives, and where it stands."""
    policies = _loaded(own)
    if markdown:
        click.echo(as_markdown(policies), nl=False)
        return
    rows = [(each.id, each.effect, f"{_shown(each.file)}:{each.line}", each.reason) for each in policies.statements]
    _tell(["policy", "effect", "place", "reason"], rows)


@command.command("test")
@_OWN
def test_policies(own: Path | None) -> None:
    """Try the shipped policies on their cases, and a firm's own on theirs. Exit 1 where one is not as it should be."""
    trials = [_trial(load_policies(), SHIPPED_POLICIES, None)]
    if own is not None and (own / "policies").is_dir():
        trials.append(_trial(_loaded(own), own / "policies", own))
    rows = [(each.statement.id, str(each.does), str(each.does_not)) for trial in trials for each in trial.decided]
    _tell(["policy", "cases for", "cases against"], rows)
    mistakes = [mistake for trial in trials for mistake in trial.mistakes()]
    if mistakes:
        raise Refused(_told(mistakes))
    cases = sum(len(trial.tried) for trial in trials)
    click.echo(f"\n{cases} cases answered as they should be; each of {len(rows)} policies is decided both ways.")


def as_markdown(policies: Policies) -> str:
    """The policies as a table in Markdown, in the order in which their codes are told."""
    rows = [f"| `{each.id}` | {each.effect} | {each.file.name} | {each.reason} |" for each in policies.statements]
    return "\n".join(["| policy | effect | file | reason |", "|---|---|---|---|", *rows]) + "\n"


def _trial(policies: Policies, folder: Path, own: Path | None) -> Trial:
    try:
        workflows = load_workflows(SHIPPED_WORKFLOWS, own / "workflows") if own else None
        return try_policies(policies, folder, sample(workflows))
    except GateFilesRefused as refused:
        raise Refused(_told(refused.mistakes)) from refused


def _loaded(own: Path | None) -> Policies:
    try:
        return load_policies(own=[own / "policies"] if own else [])
    except GateFilesRefused as refused:
        raise Refused(_told(refused.mistakes)) from refused


def _told(mistakes: Sequence[Mistake]) -> str:
    lines = [f"  {_shown(mistake.file)}:{mistake.line}: {mistake.reason}" for mistake in sorted(mistakes)]
    return "\n".join(
        [f"{len(mistakes)} not as they should be:" if len(mistakes) > 1 else "not as it should be:", *lines]
    )


def _shown(file: Path) -> Path:
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file


def _tell(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    for row in (heads, *rows):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
