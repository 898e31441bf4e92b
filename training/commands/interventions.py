"""``bellwether-lab interventions TASK --records DIR --labels FILE``: what came of it, by what was done?"""

import json
from dataclasses import asdict
from pathlib import Path

import click

from models.task import Task
from training.commands.options import (
    json_option,
    records_option,
    refusals,
    say,
    say_aside,
    set_option,
    task_argument,
)
from training.fit_records import fit_records
from training.intervals import Interval
from training.interventions import WARNING, Group, Interventions, read_labels
from training.interventions import interventions as look
from training.settings import parse_settings


@click.command()
@task_argument
@records_option
@click.option(
    "--labels",
    "file",
    required=True,
    metavar="FILE.parquet",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="What bellwether labels export wrote.",
)
@set_option
@json_option
def interventions(task: Task, folder: Path, file: Path, given: tuple[tuple[str, str], ...], *, as_json: bool) -> None:
    """Tell what was forecast and what really came, by what was done in between.

    The outcome is the task's own, from records that reach beyond the forecasts. Groups of fewer than five are left out.
    """
    with refusals():
        settings = parse_settings(task, dict(given))
        labels = read_labels(task, file)
        say(f"reading {folder}")
        fit = fit_records(folder, leave_out=True)
        say_aside(fit)
        found = look(task, fit.records, labels, settings.outcome)
    if as_json:
        click.echo(json.dumps({**asdict(found), "warning": WARNING}))
    else:
        click.echo("\n".join(_lines(found)))


def _lines(found: Interventions) -> list[str]:
    lines = [f"{'':<18}{'n':>7}{'forecast':>10}{'came':>8}   came less forecast (95%)"]
    lines += [_line(each) for each in found.groups]
    if found.acted_less_not is not None:
        lines.append(f"Acted on less not acted on: {_interval(found.acted_less_not)}")
    if found.suppressed:
        lines.append(f"Too few to be shown: {', '.join(found.suppressed)}")
    lines.append(f"{found.unresolved:,} unresolved, {found.unknown:,} that these records do not tell of")
    return [*lines, WARNING]


def _line(group: Group) -> str:
    forecast = "" if group.forecast is None else f"{group.forecast:.1%}"
    difference = "no forecast is kept" if group.difference is None else _interval(group.difference)
    return f"{group.done:<18}{group.n:>7,}{forecast:>10}{group.came:>8.1%}   {difference}"


def _interval(interval: Interval) -> str:
    return f"{100 * interval.value:+.1f} ({100 * interval.low:+.1f} to {100 * interval.high:+.1f}) points"
