"""``bellwether-lab promote TASK --version N``: a challenger becomes champion."""

import datetime as dt
import json

import click

from models.task import Task
from training.commands.options import json_option, refusals, say, task_or_sow_argument
from training.deployment import deployment
from training.figures_text import print_promotion
from training.promote import promote as run_promote
from training.sows.train import SOW


@click.command()
@task_or_sow_argument
@click.option("--version", "number", required=True, type=int, metavar="N", help="The version to promote.")
@json_option
def promote(task: Task | None, number: int, *, as_json: bool) -> None:
    """Make a version the champion, as the principal of BELLWETHER_KEY; its trainer may not."""
    name = task.name if task else SOW
    with refusals():
        say(f"comparing version {number} with the rule and the champion on the same rows")
        with deployment() as here:
            promotion = run_promote(here, name, number, now=dt.datetime.now(dt.UTC))
    document = {
        "task": name,
        "version": number,
        "alias": "champion",
        "trainer": promotion.trainer,
        "promoter": promotion.promoter,
        "checks": [
            {"code": check.code, "answer": check.answer.value, "text": check.text} for check in promotion.checks
        ],
    }
    if as_json:
        click.echo(json.dumps(document))
    else:
        print_promotion(document)
