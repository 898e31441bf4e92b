"""``bellwether-lab backtest TASK --records DIR --cut DATE``: how good would it have been?"""

import datetime as dt
import json
from pathlib import Path

import click
import polars as pl

from models.task import Task
from training.commands.options import (
    CutDate,
    OutFile,
    json_option,
    records_option,
    refusals,
    say,
    set_option,
    task_or_sow_argument,
)
from training.evaluate import backtest as run_backtest
from training.figures_text import print_backtest
from training.fit_records import fit_records
from training.scoring import FORECASTS
from training.settings import parse_settings
from training.sows.commands import backtest_sows


@click.command()
@task_or_sow_argument
@records_option
@click.option("--cut", required=True, type=CutDate(), help="Learn from outcomes known by then, measure from then on.")
@set_option
@json_option
@click.option("--predictions", type=OutFile(".parquet"), help="Every forecast measured.")
def backtest(
    task: Task | None,
    folder: Path,
    cut: dt.datetime,
    given: tuple[tuple[str, str], ...],
    *,
    as_json: bool,
    predictions: Path | None,
) -> None:
    """Measure a predictor on a later time than it learnt from, beside the PMO's rules and a logistic regression.

    Rows with errors are set aside and counted: nothing is registered, so nothing is refused.
    """
    if task is None:
        backtest_sows(folder, cut, given, predictions, as_json=as_json)
        return
    with refusals():
        settings = parse_settings(task, dict(given))
        say(f"reading {folder}")
        fit = fit_records(folder, leave_out=True)
        measured = run_backtest(task, fit.records, cut, settings, say)
    report = measured.report | {"set_aside": fit.set_aside}
    if predictions is not None:
        measured.predictions.select(
            *FORECASTS, model_version=pl.lit(measured_version(cut)), outcome="outcome"
        ).write_parquet(predictions)
        say(f"wrote {predictions}")
    if as_json:
        click.echo(json.dumps(report))
    else:
        print_backtest(report)


def measured_version(cut: dt.datetime) -> str:
    """What stands for a version in the forecasts of a backtest, whose model is not kept."""
    return f"backtest-{cut:%Y-%m-%d}"
