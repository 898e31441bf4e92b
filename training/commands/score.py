"""``bellwether-lab score TASK --records DIR``: what a version says of many subjects."""

import datetime as dt
from pathlib import Path

import click

from models.artifact import load
from models.task import Task
from training.commands.options import Instant, OutFile, records_option, refusals, say, say_aside, task_argument
from training.deployment import Deployment, deployment
from training.fit_records import fit_records
from training.registry import UnknownVersionError, Version, workspace
from training.scoring import open_subjects, subjects_of
from training.scoring import score as run_score


@click.command()
@task_argument
@records_option
@click.option("--as-of", "as_ofs", multiple=True, type=Instant(), help="Score all open subjects then; may be repeated.")
@click.option(
    "--subjects",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Parquet with subject_id and as_of.",
)
@click.option("--out", required=True, type=OutFile(".parquet"))
@click.option("--version", "number", type=int, metavar="N", help="A version; the champion where none is given.")
def score(
    task: Task, folder: Path, as_ofs: tuple[dt.datetime, ...], *, subjects: Path | None, out: Path, number: int | None
) -> None:
    """Score the subjects of a folder of records and write one row each."""
    if bool(as_ofs) == bool(subjects):
        raise click.UsageError("expected either --as-of or --subjects")
    with refusals(), deployment() as here, workspace() as space:
        version = _version(here, task.name, number)
        predictor = load(here.registry.predictor_files(version, Path(space)))
        say(f"reading {folder}")
        fit = fit_records(folder, leave_out=True)
        say_aside(fit)
        records = fit.records
        asked = subjects_of(task, records, subjects) if subjects else open_subjects(task, records, as_ofs)
        say(f"scoring {asked.height:,} subjects with version {version.number}")
        scores = run_score(task, predictor, records, asked, str(version.number))
    scores.write_parquet(out)
    say(f"wrote {scores.height:,} rows to {out}; {asked.height - scores.height:,} had nothing to predict")


def _version(here: Deployment, task: str, number: int | None) -> Version:
    if number is not None:
        return here.registry.version(task, number)
    champion = here.registry.champion(task)
    if champion is None:
        raise UnknownVersionError(f"{task} has no champion; promote a version, or name one with --version")
    return champion
