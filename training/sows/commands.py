"""``train sow`` and ``backtest sow``: what the commands do for the classifier of statements of work."""

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from training.commands.options import refusals, say
from training.deployment import deployment
from training.fit_records import fit_records
from training.sows.backtest import backtest
from training.sows.documents import labelled_documents
from training.sows.train import SOW, train


def train_sows(
    folder: Path, until: dt.datetime | None, given: Sequence[tuple[str, str]], *, leave_out: bool, as_json: bool
) -> None:
    """Fits and registers a challenger, trained by the principal of BELLWETHER_KEY."""
    _no_settings(given)
    with refusals():
        say(f"reading {folder}")
        fit = fit_records(folder, leave_out=leave_out)
        documents = labelled_documents(fit.records, folder)
        with deployment() as here:
            if here.principal is None:
                say("BELLWETHER_KEY is not set: this version can be looked at, and nobody may promote it")
            trainer = here.principal.principal_id if here.principal else None
            trained = train(documents, here.registry, until=until, trainer=trainer, progress=say)
    version = trained.version
    document = {
        "task": SOW,
        "version": version.number,
        "alias": "challenger",
        "trainer": trainer,
        "run_id": version.run_id,
        "until": version.tags["until"],
        "set_aside": fit.set_aside,
        **trained.report,
    }
    _tell(document, f"{SOW} version {version.number} is registered as challenger", as_json=as_json)


def backtest_sows(
    folder: Path,
    cut: dt.datetime,
    given: Sequence[tuple[str, str]],
    predictions: Path | None,
    *,
    as_json: bool,
) -> None:
    """Measures on documents that came later, and whose text was not seen before."""
    _no_settings(given)
    if predictions is not None:
        raise click.UsageError("--predictions is for tasks about subjects; a classifier of texts writes none")
    with refusals():
        say(f"reading {folder}")
        fit = fit_records(folder, leave_out=True)
        report = backtest(fit.records, folder, cut, say) | {"set_aside": fit.set_aside}
    _tell(report, f"{SOW}, learnt from what came before {report['cut']}", as_json=as_json)


def _no_settings(given: Sequence[tuple[str, str]]) -> None:
    if given:
        raise click.UsageError(f"unknown setting {given[0][0]}; {SOW} takes none")


def _tell(report: dict[str, Any], head: str, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report))
        return
    rule = report["rule"]
    kept = "none" if report["kept_accuracy"] is None else f"{report['kept_accuracy']:.1%}"
    Console(highlight=False, markup=False).print(
        f"{head}; measured on {report['n']:,} later documents: accuracy {report['accuracy']:.1%} (keyword rule "
        f"{rule['accuracy']:.1%}), macro-F1 {report['macro_f1']:.2f}, among the first three {report['top3']:.1%}; it "
        f"answers {report['kept_share']:.1%} and is right in {kept} of them",
        soft_wrap=True,
    )
