"""What reading and checking found wrong with records, as values.

A *finding* is one kind of trouble in one column of one table, with every row that has it: five million bad cells are
one finding, kept as columns. An *issue* is one of its rows, made only for those that are printed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

import polars as pl

LONGEST_VALUE = 60
NO_CELLS = pl.DataFrame(schema={"position": pl.UInt32(), "value": pl.String()})


class Severity(StrEnum):
    """An error keeps a row from being learnt from; a warning only says what was assumed."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Issue:
    """One bad row. ``row`` is the line of a CSV file (the header is line 1), else the number of the row, from 1."""

    severity: Severity
    code: str
    table: str
    row: int | None
    column: str | None
    value: str | None
    message: str


@dataclass(frozen=True)
class Finding:
    """One kind of trouble in one column.

    ``expected`` says what should stand there and how to put it right. ``cells`` holds the position in the frame of each
    bad row and the value found there; the value is null where it could be a note or a text. A finding about a file, a
    table or a whole column may have no cells, and then counts what ``without_cells`` says.
    """

    severity: Severity
    code: str
    table: str
    column: str | None
    expected: str
    cells: pl.DataFrame = field(default_factory=lambda: NO_CELLS, compare=False)
    without_cells: int = 1
    whole_column: bool = False

    @property
    def count(self) -> int:
        return self.cells.height or self.without_cells

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR

    @property
    def positions(self) -> pl.Series:
        return self.cells["position"]

    def issues(self, rows: pl.Series | None, limit: int) -> Iterator[Issue]:
        """The first ``limit`` issues; ``rows`` gives the number that a user knows each position by."""
        if self.cells.is_empty():
            yield self._issue(None, None)
            return
        shown = self.cells.head(1 if self.whole_column else limit)
        for position, value in shown.iter_rows():
            number = position + 1 if rows is None else int(rows[position])
            yield self._issue(None if self.whole_column else number, value)

    def _issue(self, row: int | None, value: str | None) -> Issue:
        return Issue(self.severity, self.code, self.table, row, self.column, value, f"expected {self.expected}")


def error(code: str, table: str, column: str | None, expected: str, cells: pl.DataFrame = NO_CELLS) -> Finding:
    return Finding(Severity.ERROR, code, table, column, expected, cells)


def warning(code: str, table: str, column: str | None, expected: str, cells: pl.DataFrame = NO_CELLS) -> Finding:
    return Finding(Severity.WARNING, code, table, column, expected, cells)


def rows_of(findings: Iterable[Finding], height: int) -> pl.Series:
    """Which of ``height`` rows any of the findings is about, as a mask."""
    bad = pl.repeat(value=False, n=height, dtype=pl.Boolean, eager=True)
    positions = [found.positions for found in findings]
    return bad.scatter(pl.concat(positions).unique(), values=True) if positions else bad


def cells_where(bad: pl.Series, values: pl.Series | None = None) -> pl.DataFrame:
    """The cells at which ``bad`` is true (null counts as false), with their values as short text where given."""
    positions = bad.fill_null(value=False).arg_true().cast(pl.UInt32)
    if values is None:
        found = pl.Series([None], dtype=pl.String).new_from_index(0, positions.len())
    else:
        found = values.gather(positions).cast(pl.String, strict=False).str.slice(0, LONGEST_VALUE)
    return pl.DataFrame({"position": positions, "value": found})
