"""``bellwether-lab retrospect [TASK ...] --records DIR --from DATE --to DATE``: what would it have said, and when?"""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import click

from models.catalog import TASKS
from models.task import Task
from training.commands.options import CutDate, TaskType, json_option, records_option, refusals, say, set_option
from training.fit_records import fit_records
from training.retrospect.files import write
from training.retrospect.page import first_screen
from training.retrospect.run import Retrospect, document
from training.retrospect.run import retrospect as look_back
from training.settings import FitSettings, SettingRefusedError, Settings, parse_settings


@click.command()
@click.argument("tasks", metavar="[TASK]...", nargs=-1, type=TaskType())
@records_option
@click.option("--from", "start", required=True, type=CutDate(), help="The first day to look back on.")
@click.option("--to", "end", required=True, type=CutDate(), help="The first day that is not looked back on any more.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for retrospect.md and its pictures; retrospect where neither it nor --json is given.",
)
@click.option("--person-level", is_flag=True, help="Also the tasks about people's time, which are off otherwise.")
@set_option
@json_option
def retrospect(
    tasks: tuple[Task, ...],
    folder: Path,
    start: dt.datetime,
    end: dt.datetime,
    given: tuple[tuple[str, str], ...],
    *,
    out: Path | None,
    person_level: bool,
    as_json: bool,
) -> None:
    """Tell what Bellwether would have said on these records, when, and what then happened.

    All tasks that have enough history; those about people's time only if they are named or with --person-level, for
    somebody must answer for what they are used for. Rows with errors are set aside and counted.
    """
    if start >= end:
        raise click.UsageError(f"--from {start:%Y-%m-%d} is not before --to {end:%Y-%m-%d}")
    out = out or (None if as_json else Path("retrospect"))
    chosen = tasks or tuple(task for task in TASKS.values() if person_level or not task.person_level)
    with refusals():
        settings = _settings(chosen, dict(given))
        say(f"reading {folder}")
        fit = fit_records(folder, leave_out=True)
        found = look_back(chosen, fit.records, (start, end), lambda task: settings[task.name], say)
        found = replace(found, skipped=_off(chosen) | found.skipped, set_aside=fit.set_aside)
    _write(found, out)
    click.echo(json.dumps(document(found)) if as_json else first_screen(found), nl=as_json)
    if not found.looked:
        raise click.ClickException("there is no task for which these records have enough history in this time")


def _settings(tasks: Sequence[Task], given: Mapping[str, str]) -> dict[str, Settings]:
    """The settings of each task: those that it knows. One that none knows is refused."""
    known = {task.name: {*task.settings.model_fields, *FitSettings.model_fields} for task in tasks}
    for name in given:
        if not any(name in names for names in known.values()):
            raise SettingRefusedError(f"unknown setting {name}; no task that is looked back with has one")
    return {
        task.name: parse_settings(task, {name: value for name, value in given.items() if name in known[task.name]})
        for task in tasks
    }


def _off(chosen: Sequence[Task]) -> dict[str, str]:
    """The tasks about people's time that nobody asked for."""
    why = "it is about people's time, and off until it is asked for by name or with --person-level"
    return {task.name: why for task in TASKS.values() if task.person_level and task not in chosen}


def _write(found: Retrospect, out: Path | None) -> None:
    if out is None:
        return
    try:
        write(found, out)
    except OSError as refused:
        raise click.ClickException(f"{out} cannot be written to: {refused.strerror}") from refused
    say(f"wrote {out / 'retrospect.md'}")
