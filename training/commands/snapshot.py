"""``bellwether-lab snapshot TASK --records DIR --as-of INSTANT --out FILE``: what a predictor would know."""

import datetime as dt
import json
from pathlib import Path

import click

from models.task import Task
from training.commands.options import (
    Instant,
    OutFile,
    records_option,
    refusals,
    say,
    say_aside,
    set_option,
    task_argument,
)
from training.fit_records import fit_records
from training.scoring import open_subjects
from training.settings import parse_settings


@click.command()
@task_argument
@records_option
@click.option("--as-of", "as_ofs", required=True, multiple=True, type=Instant(), help="May be repeated.")
@set_option
@click.option("--out", required=True, type=OutFile(".parquet", ".ndjson"))
def snapshot(
    task: Task, folder: Path, as_ofs: tuple[dt.datetime, ...], given: tuple[tuple[str, str], ...], out: Path
) -> None:
    """Write the snapshots of all subjects that are open at an instant. A line of .ndjson is what HTTP takes."""
    with refusals():
        settings = parse_settings(task, dict(given))
        fit = fit_records(folder, leave_out=True)
        say_aside(fit)
    snapshots = task.build(fit.records, open_subjects(task, fit.records, as_ofs), settings.outcome)
    if out.suffix == ".parquet":
        snapshots.write_parquet(out)
    else:
        out.write_text("".join(_line(task, row) for row in snapshots.iter_rows(named=True)), encoding="utf-8")
    say(f"wrote {snapshots.height:,} snapshots to {out}")


def _line(task: Task, row: dict[str, object]) -> str:
    fields = {name: row[name] for name in task.snapshot.model_fields}
    return json.dumps({"subject_id": row["subject_id"], "snapshot": fields}) + "\n"
