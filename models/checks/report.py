"""The report on a firm's records: what is there, and what is wrong with it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import polars as pl

from models.checks import rows, values
from models.findings import Finding, Issue, Severity
from models.reading import Reading
from models.records import TABLES, Column, Kind, Records, Table

MOST_ISSUES_OF_A_CODE = 1000


@dataclass(frozen=True)
class TableSummary:
    """One table at a glance. ``first`` and ``last`` are days, of the column named ``dated_by``."""

    name: str
    rows: int
    dated_by: str | None
    first: str | None
    last: str | None
    nulls: Mapping[str, int]


@dataclass(frozen=True)
class Report:
    """``rows`` gives, by table, the number that a user knows each row by (see ``Reading``)."""

    tables: tuple[TableSummary, ...]
    findings: tuple[Finding, ...]
    rows: Mapping[str, pl.Series] = field(default_factory=dict, repr=False)

    @property
    def errors(self) -> int:
        return sum(found.count for found in self.findings if found.is_error)

    @property
    def warnings(self) -> int:
        return sum(found.count for found in self.findings if found.severity is Severity.WARNING)

    @property
    def ok(self) -> bool:
        return self.errors == 0

    @property
    def beyond_setting_aside(self) -> tuple[Finding, ...]:
        """The errors that name no row, of a whole file or column: leaving rows out does not mend them."""
        return tuple(found for found in self.findings if found.is_error and found.cells.is_empty())

    def issues(self, limit: int = MOST_ISSUES_OF_A_CODE) -> Iterator[Issue]:
        """At most ``limit`` issues of each code, errors first."""
        left = dict.fromkeys((found.code for found in self.findings), limit)
        for found in sorted(self.findings, key=lambda found: found.severity):
            for issue in found.issues(self.rows.get(found.table), left[found.code]):
                if left[found.code] > 0:
                    left[found.code] -= 1
                    yield issue

    def as_document(self, limit: int = MOST_ISSUES_OF_A_CODE) -> dict[str, Any]:
        """The report as JSON: all counts, and at most ``limit`` issues of each code."""
        counts = Counter[tuple[str, str, str, str | None]]()
        for found in self.findings:
            counts[found.severity, found.code, found.table, found.column] += found.count
        return {
            "ok": self.ok,
            "errors": self.errors,
            "warnings": self.warnings,
            "tables": [asdict(summary) for summary in self.tables],
            "counts": [
                dict(zip(("severity", "code", "table", "column"), key, strict=True), count=count)
                for key, count in counts.items()
            ],
            "issues": [asdict(issue) for issue in self.issues(limit)],
        }


def check(given: Reading | Records) -> Report:
    """Checks every table that is there; what reading found wrong is part of the report."""
    reading = given if isinstance(given, Reading) else Reading(given)
    records = reading.records
    findings = list(reading.findings)
    parents = frozenset(name for name, frame in records.items() if not frame.is_empty())
    for name, frame in records.items():
        if frame.is_empty():
            continue
        unread = _unread(reading.findings, name, frame)
        findings.extend(_of_table(records, TABLES[name], frame, parents, unread))
    summaries = tuple(_summary(TABLES[name], frame) for name, frame in records.items())
    return Report(summaries, tuple(findings), reading.rows)


def _of_table(
    records: Records, table: Table, frame: pl.DataFrame, parents: frozenset[str], unread: dict[str, pl.Series]
) -> Iterator[Finding]:
    yield from values.missing_values(table, frame, unread)
    yield from values.out_of_bounds(table, frame)
    yield from values.not_among_choices(table, frame)
    yield from values.impossible_dates(table, frame)
    yield from values.ends_before_starts(table, frame)
    yield from values.unknown_zones(table, frame)
    yield from rows.duplicates(table, frame)
    yield from rows.orphans(records, table, frame, parents)
    yield from rows.too_many_hours(table, frame)
    yield from rows.revisions_of_nothing(table, frame)
    yield from rows.known_late(table, frame)


def _unread(findings: tuple[Finding, ...], name: str, frame: pl.DataFrame) -> dict[str, pl.Series]:
    """By column the positions at which reading has found the trouble already; all where the column is missing."""
    positions: dict[str, pl.Series] = {}
    for found in findings:
        if found.table != name or found.column is None:
            continue
        if found.code == "missing_column":
            positions[found.column] = pl.int_range(frame.height, dtype=pl.UInt32, eager=True)
        elif found.column in positions:
            positions[found.column] = positions[found.column].append(found.positions)
        else:
            positions[found.column] = found.positions.clone()
    return positions


def _summary(table: Table, frame: pl.DataFrame) -> TableSummary:
    nulls = {column.name: frame[column.name].null_count() for column in table.columns}
    dated = _dating_column(table, nulls, frame.height)
    days = frame[dated.name].cast(pl.Date).cast(pl.String) if dated else pl.Series([], dtype=pl.String)
    return TableSummary(
        table.name, frame.height, dated.name if dated else None, _text(days.min()), _text(days.max()), nulls
    )


def _dating_column(table: Table, nulls: Mapping[str, int], height: int) -> Column | None:
    """The first required date, else the first cell that makes a row known, of those that have any value."""
    dates = [column for column in table.columns if column.kind in {Kind.DAY, Kind.INSTANT}]
    preferred = [column for column in dates if column.required]
    preferred += [table.by_name[name] for name in table.known_from if name in table.by_name]
    return next((column for column in preferred if nulls[column.name] < height), None)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
