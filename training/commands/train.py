"""``bellwether-lab train TASK --records DIR``: a challenger in the registry."""

import datetime as dt
import json
from pathlib import Path

import click

from models.task import Task
from training.commands.options import (
    CutDate,
    json_option,
    records_option,
    refusals,
    say,
    set_option,
    task_or_sow_argument,
)
from training.deployment import deployment
from training.figures_text import print_trained
from training.fit_records import fit_records
from training.settings import parse_settings
from training.sows.commands import train_sows
from training.train import train as run_train


@click.command()
@task_or_sow_argument
@records_option
@click.option("--until", type=CutDate(), help="Learn only from outcomes known by this date.")
@set_option
@click.option("--set-aside", is_flag=True, help="Leave rows with errors out instead of refusing the records.")
@json_option
def train(
    task: Task | None,
    folder: Path,
    until: dt.datetime | None,
    given: tuple[tuple[str, str], ...],
    *,
    set_aside: bool,
    as_json: bool,
) -> None:
    """Fit a predictor and register it as the task's challenger, trained by the principal of BELLWETHER_KEY."""
    if task is None:
        train_sows(folder, until, given, leave_out=set_aside, as_json=as_json)
        return
    with refusals():
        settings = parse_settings(task, dict(given))
        say(f"reading {folder}")
        fit = fit_records(folder, leave_out=set_aside)
        with deployment() as here:
            if here.principal is None:
                say("BELLWETHER_KEY is not set: this version can be looked at, and nobody may promote it")
            trainer = here.principal.principal_id if here.principal else None
            trained = run_train(
                task, fit.records, settings, here.registry, until=until, trainer=trainer, progress=say
            )  # fmt: skip
    version = trained.version
    document = {
        "task": task.name,
        "version": version.number,
        "alias": "challenger",
        "trainer": trainer,
        "run_id": version.run_id,
        "until": version.tags["until"],
        "set_aside": fit.set_aside,
        **trained.report,
    }
    if as_json:
        click.echo(json.dumps(document))
    else:
        print_trained(document)
