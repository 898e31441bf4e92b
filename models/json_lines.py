"""One table as NDJSON: a JSON object a line, each a whole row, become a canonical frame.

Values are read as the cells of a CSV file are, whatever their JSON type: ``8``, ``8.0`` and ``"8"`` are the same number
of hours, an id may be a number, and ``null``, an absent member and empty text are all no value. What does not fit is a
finding on its line.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import polars as pl
from pydantic_core import from_json

from models.findings import NO_CELLS, Finding, error, warning
from models.reading import Reading, normalise
from models.records import TABLES

NOT_AN_OBJECT = "one JSON object a line, in UTF-8 and without line breaks in it"
NOT_A_CELL = "a text, a number, true, false or null; no list and no object"
HOLDS_NUL = "text without a NUL character"

_LONGEST_NAME = 60
_MOST_NAMED = 100

Line = tuple[int, bytes]
"""A line and its number, from 1."""


class JsonLines:
    """Reads lines of one table, some at a time, so that the text of few is held at once.

    ``zones_of`` gives ``person_id`` and ``timezone`` of some persons: in their zone ends the day of a happening that is
    given as a bare date.
    """

    def __init__(self, table: str, zones_of: Callable[[Sequence[str]], pl.DataFrame]) -> None:
        self._table = TABLES[table]
        self._zones_of = zones_of
        self._frames = [self._table.empty()]
        self._findings: list[Finding] = []
        self._numbers: list[int] = []
        self._unknown: set[str] = set()

    def take(self, lines: Sequence[Line]) -> None:
        """Read these lines; blank ones are skipped."""
        columns: dict[str, list[str | None]] = {name: [] for name in self._table.by_name}
        wrong: dict[tuple[str | None, str], list[int]] = {}
        offset = len(self._numbers)
        for number, line in lines:
            if not line.strip():
                continue
            row, errors = self._row(line)
            for found in errors:
                wrong.setdefault(found, []).append(len(self._numbers))
            for name, cells in columns.items():
                cells.append(row.get(name))
            self._numbers.append(number)
        frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
        people = self._zones_of(_distinct(frame["person_id"])) if "person_id" in columns else None
        normalised = normalise(self._table.name, frame, people)
        self._frames.append(normalised.frame)
        self._findings += [_moved(found, offset) for found in normalised.findings]
        self._findings += [self._refused(*found, positions) for found, positions in wrong.items()]

    @property
    def rows(self) -> int:
        """How many rows were read so far."""
        return len(self._numbers)

    def reading(self) -> Reading:
        """All that was read, with what was wrong with it; ``rows`` are the numbers of the lines."""
        name = self._table.name
        expected = f"one of the columns {', '.join(self._table.by_name)}"
        unknown = [
            warning("unknown_column", name, column, f"{expected}; this one is kept out")
            for column in sorted(self._unknown)
        ]
        numbers = {name: pl.Series("row", self._numbers, dtype=pl.Int64)}
        return Reading({name: pl.concat(self._frames)}, (*self._findings, *unknown), numbers)

    def _row(self, line: bytes) -> tuple[dict[str, str | None], list[tuple[str | None, str]]]:
        """The cells of a line as text, and what is wrong with it: by column, what was expected."""
        try:
            document = from_json(line, allow_inf_nan=False)
        except ValueError:
            return {}, [(None, NOT_AN_OBJECT)]
        if not isinstance(document, dict):
            return {}, [(None, NOT_AN_OBJECT)]
        row: dict[str, str | None] = {}
        errors: list[tuple[str | None, str]] = []
        for name, value in document.items():
            if name not in self._table.by_name:
                self._note(name)
            elif isinstance(value, dict | list):
                errors.append((name, NOT_A_CELL))
            elif isinstance(value, str) and "\0" in value:
                errors.append((name, HOLDS_NUL))
            else:
                row[name] = _cell(value)
        return row, errors

    def _note(self, unknown: str) -> None:
        if len(self._unknown) < _MOST_NAMED:
            self._unknown.add(unknown[:_LONGEST_NAME])

    def _refused(self, column: str | None, expected: str, positions: list[int]) -> Finding:
        cells = pl.DataFrame({"position": positions, "value": [None] * len(positions)}, schema=NO_CELLS.schema)
        return error("not_json", self._table.name, column, expected, cells)


def _cell(value: Any) -> str | None:
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case _:
            return repr(value)


def _distinct(cells: pl.Series) -> list[str]:
    return cells.str.strip_chars().drop_nulls().unique().to_list()


def _moved(found: Finding, offset: int) -> Finding:
    return replace(found, cells=found.cells.with_columns(pl.col("position") + offset))
