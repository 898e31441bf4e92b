"""A report on records for people at a terminal."""

from collections.abc import Iterable, Mapping

import polars as pl
from rich.console import Console
from rich.table import Table
from rich.text import Text

from models.checks import Report, TableSummary
from models.findings import Finding, Severity

MOST_ROWS_OF_A_CODE = 20
STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow"}


def print_report(report: Report, console: Console) -> None:
    if report.tables:
        console.print(_summary(report.tables))
    print_findings(report.findings, report.rows, console)
    console.print(_verdict(report), soft_wrap=True)


def print_findings(findings: Iterable[Finding], rows: Mapping[str, pl.Series], console: Console) -> None:
    """Errors first; of each code at most so many rows as a person reads."""
    left: dict[str, int] = {}
    for found in sorted(findings, key=lambda found: found.severity):
        room = left.setdefault(found.code, MOST_ROWS_OF_A_CODE)
        shown = [issue for issue in found.issues(rows.get(found.table), room) if issue.row is not None]
        left[found.code] = room - len(shown)
        console.print()
        console.print(_heading(found), soft_wrap=True)
        console.print(Text(f"  expected {found.expected}"), soft_wrap=True)
        for issue in shown:
            value = "" if issue.value is None else f": {issue.value}"
            console.print(Text(f"  row {issue.row}{value}", style="dim"), soft_wrap=True)
        if found.cells.height > len(shown) and not found.whole_column:
            console.print(Text(f"  … and {found.cells.height - len(shown):,} more", style="dim"))


def _heading(found: Finding) -> Text:
    where = ".".join(part for part in (found.table, found.column) if part)
    rows = f", {_counted(found.count, 'row')}" if found.count > 1 or not found.cells.is_empty() else ""
    place = f" {where} " if where else " "
    return Text.assemble((found.severity, STYLES[found.severity]), place, f"{found.code}{rows}")


def _summary(tables: Iterable[TableSummary]) -> Table:
    shown = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    shown.add_column("table", no_wrap=True)
    shown.add_column("rows", no_wrap=True, justify="right")
    shown.add_column("from", no_wrap=True)
    shown.add_column("to", no_wrap=True)
    shown.add_column("cells without a value")
    for table in tables:
        shown.add_row(table.name, f"{table.rows:,}", table.first or "", table.last or "", _nulls(table))
    return shown


def _nulls(table: TableSummary) -> str:
    """Partly filled columns with their numbers; columns without any value are many, and only counted."""
    partly = [f"{name} {count:,}" for name, count in table.nulls.items() if 0 < count < table.rows]
    empty = sum(count == table.rows for count in table.nulls.values()) if table.rows else 0
    return ", ".join(partly + ([f"{_counted(empty, 'column')} empty"] if empty else []))


def _verdict(report: Report) -> Text:
    warnings = sum(found.severity is Severity.WARNING for found in report.findings)
    noted = f", {_counted(warnings, 'warning')}" if warnings else ""
    if report.ok:
        return Text.assemble("\n", ("Records are fit to learn from", "bold green"), noted, ".")
    rows = ". A row is named by its line in a CSV file, and by its number in a Parquet file."
    return Text.assemble("\n", (_counted(report.errors, "error"), "bold red"), noted, rows)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
