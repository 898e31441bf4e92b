"""Figures for people at a terminal: the predictor beside the rules it has to beat."""

from typing import Any

from rich.console import Console
from rich.table import Table

from models.small_groups import SMALLEST_GROUP

COLUMNS = ("auc", "ap", "brier", "ece", "log_loss", "high_band_precision", "lead_time_days")
TITLES = ("AUC", "AP", "Brier", "ECE", "log loss", "high band right", "lead time, days")

ANSWERED_BY = {
    "rule": "the rule answers: there are too few outcomes to learn from, or nothing was shown to be better",
    "linear": "a regularised linear model answers: outcomes are too few for trees to be better",
    "trees": "shallow trees answer",
    "linear_trees": "a linear model and shallow trees together answer",
    "unsupervised": "a score of what is unusual answers: no outcomes are recorded, and there is no probability",
}


def print_backtest(report: dict[str, Any]) -> None:
    console = Console(highlight=False, markup=False)
    console.print(
        f"{report['task']}: learnt from {report['learnt_from']['n']:,} rows known by {report['cut']}, "
        f"measured on {report['n']:,} later ones; {report['base_rate']:.1%} came to the outcome, "
        f"{report['unresolved']:,} unresolved were left out",
        soft_wrap=True,
    )
    _print_kind(console, report)
    _print_sample(console, report)
    _print_aside(console, report)
    _print_figures(console, report)
    _print_expected(console, report)
    _print_money(console, report["money"])
    _print_segments(console, report)


def print_trained(document: dict[str, Any]) -> None:
    console = Console(highlight=False, markup=False)
    trainer = document["trainer"] or "nobody known"
    console.print(
        f"{document['task']} version {document['version']} is registered as challenger, trained by {trainer} on "
        f"outcomes known by {document['until'][:10]}; measured on the last window from "
        f"{document['window']['from'][:10]}, "
        f"{document['window']['n']:,} rows",
        soft_wrap=True,
    )
    _print_kind(console, document)
    _print_sample(console, document)
    _print_aside(console, document)
    if document["kind"] == "unsupervised":
        shares = document["bands"]
        console.print(f"the bands hold: high {shares['high']:.1%}, medium {shares['medium']:.1%} of the last window")
        return
    _print_figures(console, document)
    _print_expected(console, document)


def print_promotion(document: dict[str, Any]) -> None:
    console = Console(highlight=False, markup=False)
    for check in document["checks"]:
        console.print(f"  {check['answer'].replace('_', ' '):<15}{check['text']}", soft_wrap=True)
    console.print(
        f"{document['task']} version {document['version']}, trained by {document['trainer']}, "
        f"was promoted to champion by {document['promoter']}",
        soft_wrap=True,
    )


def _print_figures(console: Console, report: dict[str, Any]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("")
    for title in TITLES:
        table.add_column(title, justify="right")
    _add(table, "predictor", report["predictor"])
    for name, rule in report["rules"].items():
        _add(table, f"rule: {name.replace('_', ' ')}", rule)
    if "logistic" in report:
        _add(table, "logistic regression", report["logistic"])
    console.print(table)


def _add(table: Table, name: str, figures: dict[str, Any]) -> None:
    table.add_row(name, *("" if figures[column] is None else f"{figures[column]:.3f}" for column in COLUMNS))


def _print_kind(console: Console, report: dict[str, Any]) -> None:
    console.print(ANSWERED_BY[report["kind"]], soft_wrap=True)


def _print_expected(console: Console, report: dict[str, Any]) -> None:
    expected = report["expected"]
    if expected is not None:
        console.print(
            f"expected {expected['unit']}: {expected['coverage']:.0%} of {expected['n']:,} lay between the 10th and "
            f"the 90th percentile; the middle was off by {2 * expected['pinball']['p50']:.1f} on average",
            soft_wrap=True,
        )


def _print_sample(console: Console, report: dict[str, Any]) -> None:
    rows = report["rows"]
    if rows["built"] < rows["scheduled"]:
        sample = f"a sample of whole subjects was built: {rows['built']:,} of {rows['scheduled']:,} rows"
        console.print(sample, soft_wrap=True)


def _print_money(console: Console, money: dict[str, Any]) -> None:
    if money["came"]:
        share = {name: f"{amount / money['came']:.0%}" for name, amount in money["captured"].items()}
        console.print(
            f"of {money['came']:,.0f} {money['currency'] or ''} that came to the outcome, the first {money['top']} of "
            f"each day hold {share['predictor']} ranked by the predictor, {share['rule']} by the rule times money, "
            f"{share['hindsight']} by hindsight",
            soft_wrap=True,
        )
    if money["unpriced"]:
        console.print(f"{money['unpriced']:,} rows that came to the outcome have no known money", soft_wrap=True)


def _print_segments(console: Console, report: dict[str, Any]) -> None:
    if report["segments_suppressed"]:
        console.print(
            f"{report['segments_suppressed']:,} segments are not shown: they would tell of fewer than {SMALLEST_GROUP} "
            "persons",
            soft_wrap=True,
        )
    if not report["segments"]:
        return
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title in ("segment", "rows", "came", "forecast", "ECE", "were it calibrated"):
        table.add_column(title, justify="left" if title == "segment" else "right")
    for each in report["segments"]:
        luck = each["ece_if_calibrated"]
        table.add_row(
            f"{each['field'].replace('_', ' ')}: {'not known' if each['value'] is None else each['value']}",
            f"{each['n']:,}", f"{each['base_rate']:.1%}", f"{each['forecast']:.1%}", f"{each['ece']:.3f}",
            f"{luck['low']:.3f} to {luck['high']:.3f}",
        )  # fmt: skip
    console.print(table)


def _print_aside(console: Console, report: dict[str, Any]) -> None:
    for table, count in report["set_aside"].items():
        console.print(f"{count:,} rows of {table} with errors were set aside", soft_wrap=True)
