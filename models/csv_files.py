"""A CSV file as text columns, the line of each row, and for a file that cannot be read the line that is at fault."""

import csv
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

HEADER_LINE = 1
LIKELY_SEPARATORS = (";", "\t", "|")


@dataclass(frozen=True)
class Unreadable:
    """Why a file is not read: what was expected instead, in words for its owner."""

    code: str
    expected: str


def header_of(path: Path) -> list[str] | Unreadable:
    """The column names of the first line."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            names = next(csv.reader(file), [])
    except (OSError, UnicodeDecodeError, csv.Error):
        return diagnose(path)
    if not names:
        return Unreadable("empty_file", "a header line with the names of the columns; the file is empty")
    return [name.strip() for name in names]


def read_text(path: Path) -> pl.DataFrame | Unreadable:
    """Every column as text, in the file's order; empty cells are null."""
    try:
        return pl.read_csv(path, infer_schema=False, raise_if_empty=False)
    except (PolarsError, OSError):
        return diagnose(path)


def lines_of(frame: pl.DataFrame) -> pl.Series:
    """The line on which each row begins: a quoted cell that holds line breaks takes more than one."""
    first = HEADER_LINE + 1
    broken = [cells for cells in frame.iter_columns() if cells.str.contains("\n", literal=True).any()]
    if not broken:
        return pl.int_range(first, first + frame.height, eager=True).alias("row")
    breaks = pl.DataFrame(broken).select(pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True)))
    taken = breaks.to_series().cast(pl.Int64) + 1
    return (taken.cum_sum() - taken + first).alias("row")


def diagnose(path: Path) -> Unreadable:
    """What is wrong with a file that could not be read. Only walked through line by line once that is known."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = problem.object[: problem.start].count(b"\n") + 1
        return Unreadable("not_utf8", f"text in UTF-8; line {line} holds other bytes: save the file as CSV UTF-8")
    except OSError as problem:
        return Unreadable("unreadable_file", f"a file that can be read; the system says: {problem.strerror}")
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    width = 0
    try:
        for cells in reader:
            width = width or len(cells)
            if len(cells) > width:
                return Unreadable(
                    "too_many_cells",
                    f"{width} cells in each line, as in the header; the row that ends on line {reader.line_num} has "
                    f"{len(cells)}: put a cell that holds a comma in double quotes",
                )
    except csv.Error:
        return Unreadable(
            "open_quote", f"a closing double quote for each opening one; none was found by line {reader.line_num}"
        )
    return Unreadable("unreadable_file", "comma-separated text with a header line")
