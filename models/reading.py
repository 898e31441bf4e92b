"""A folder of ``<table>.csv`` and ``<table>.parquet`` becomes the canonical tables; so does any one frame.

Whatever does not fit is a finding and never an exception. Unknown columns are kept out, missing optional ones are null.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
from polars.exceptions import PolarsError
from pyarrow.lib import ArrowException

from models.cells import EXPECTED, parse
from models.csv_files import LIKELY_SEPARATORS, Unreadable, header_of, lines_of, read_text
from models.findings import Finding, Severity, cells_where, error, warning
from models.records import TABLES, Kind, Records, Table

SUFFIXES = (".csv", ".parquet")


@dataclass(frozen=True)
class Reading:
    """Records as read. ``rows`` gives, by table, the number that a user knows each row by.

    That number is the line of a CSV file (the header is line 1), and the number of the row, from 1, of a Parquet file.
    """

    records: Records
    findings: tuple[Finding, ...] = ()
    rows: Mapping[str, pl.Series] = field(default_factory=dict)


@dataclass(frozen=True)
class Normalised:
    """One table in its canonical schema, in the rows' given order, and what was wrong with it."""

    frame: pl.DataFrame
    findings: tuple[Finding, ...]


def read_folder(folder: Path) -> Reading:
    """Every table of the folder. ``people`` comes first: its zones date the happenings of the others."""
    if not folder.is_dir():
        return Reading({}, (error("no_folder", "", None, f"a folder of records at {folder}"),))
    files, findings = _files_by_table(folder)
    if not files:
        names = ", ".join(list(TABLES)[:4])
        findings.append(error("no_tables", "", None, f"files such as {names}, … as .csv or .parquet in {folder}"))
    records: dict[str, pl.DataFrame] = {}
    rows: dict[str, pl.Series] = {}
    for name in sorted(files, key=lambda name: name != "people"):
        raw = _read_file(TABLES[name], files[name])
        findings.extend(raw.findings)
        if raw.frame is None:
            continue
        normalised = normalise(name, raw.frame, records.get("people"))
        records[name], rows[name] = normalised.frame, raw.rows
        findings.extend(normalised.findings)
    return Reading({name: records[name] for name in TABLES if name in records}, tuple(findings), rows)


def normalise(name: str, frame: pl.DataFrame, people: pl.DataFrame | None = None) -> Normalised:
    """The frame in the canonical schema of table ``name``.

    ``people`` (``person_id``, ``timezone``) tells the zone in which a happening given as a bare date ends its day, for
    tables with a ``person_id``; without it, and elsewhere, that is UTC.
    """
    table = TABLES[name]
    findings = [_unknown_column(table, column) for column in frame.columns if column not in table.by_name]
    findings += [
        error("missing_column", name, column.name, f"a column {column.name}: {name} cannot be used without it")
        for column in table.columns
        if column.required and column.name not in frame.columns
    ]
    zone = _zones(frame, people) if "person_id" in table.by_name else None
    columns = []
    for column in table.columns:
        if column.name not in frame.columns:
            columns.append(pl.Series(column.name, [None], dtype=column.dtype).new_from_index(0, frame.height))
            continue
        given = frame[column.name]
        parsed = parse(column.kind, given, zone)
        columns.append(parsed.values.alias(column.name))
        shown = None if column.kind is Kind.TEXT or given.dtype.is_nested() else given
        findings += [
            Finding(
                Severity.ERROR, code, name, column.name, EXPECTED[code], cells_where(bad, shown),
                whole_column=parsed.whole,
            )
            for code, bad in parsed.refused.items()
        ]  # fmt: skip
    return Normalised(pl.DataFrame(columns), tuple(findings))


def _zones(frame: pl.DataFrame, people: pl.DataFrame | None) -> pl.Series | None:
    if people is None or people.is_empty() or "person_id" not in frame.columns:
        return None
    ids = parse(Kind.TEXT, frame["person_id"], None).values.alias("person_id")
    known = people.select("person_id", "timezone").drop_nulls("person_id").unique("person_id", keep="first")
    joined = ids.to_frame().join(known, on="person_id", how="left", maintain_order="left")
    return joined["timezone"]


def _unknown_column(table: Table, column: str) -> Finding:
    return warning(
        "unknown_column", table.name, column, f"one of the columns {', '.join(table.by_name)}; this one is kept out"
    )


@dataclass(frozen=True)
class _RawTable:
    frame: pl.DataFrame | None
    rows: pl.Series
    findings: tuple[Finding, ...] = ()


def _files_by_table(folder: Path) -> tuple[dict[str, Path], list[Finding]]:
    files: dict[str, Path] = {}
    findings: list[Finding] = []
    for path in sorted(folder.iterdir()):
        if path.is_dir() or path.name.startswith((".", "_", "README")):
            continue
        if path.suffix not in SUFFIXES or path.stem not in TABLES:
            findings.append(
                warning("unknown_file", "", None, f"<table>.csv or <table>.parquet; {path.name} was not read")
            )
        elif path.stem in files:
            findings.append(
                error(
                    "table_twice", path.stem, None, f"one file; there are both {path.stem}.csv and {path.stem}.parquet"
                )
            )
        else:
            files[path.stem] = path
    return files, findings


def _read_file(table: Table, path: Path) -> _RawTable:
    read = _read_csv(table, path) if path.suffix == ".csv" else _read_parquet(table, path)
    if isinstance(read, Unreadable):
        found = error(read.code, table.name, None, f"in {path.name}: {read.expected}")
        return _RawTable(None, pl.Series("row", [], dtype=pl.Int64), (found,))
    return read


def _read_csv(table: Table, path: Path) -> _RawTable | Unreadable:
    header = header_of(path)
    if isinstance(header, Unreadable):
        return header
    refusal = _header_refusal(table, header)
    if refusal is not None:
        return refusal
    frame = read_text(path)
    if isinstance(frame, Unreadable):
        return frame
    rows = lines_of(frame)
    unknown = tuple(_unknown_column(table, name) for name in header if name not in table.by_name)
    blank = frame.select(pl.all_horizontal(pl.all().is_null())).to_series()
    frame = frame.select(
        pl.col(given).alias(name) for given, name in zip(frame.columns, header, strict=True) if name in table.by_name
    )
    if blank.any():
        frame, rows = frame.filter(~blank), rows.filter(~blank)
    return _RawTable(frame, rows, unknown)


def _header_refusal(table: Table, header: Sequence[str]) -> Unreadable | None:
    twice = sorted({name for name in header if name in table.by_name and header.count(name) > 1})
    if twice:
        return Unreadable("column_twice", f"each column once; {', '.join(twice)} is there more than once")
    if any(name in table.by_name for name in header):
        return None
    for separator in LIKELY_SEPARATORS:
        if any(separator in name for name in header):
            return Unreadable("wrong_separator", f"columns separated by commas; this header has {separator!r} instead")
    return Unreadable("no_known_column", f"a header line with columns such as {', '.join(list(table.by_name)[:4])}")


def _read_parquet(table: Table, path: Path) -> _RawTable | Unreadable:
    try:
        header = pq.read_schema(path).names
        frame = pl.read_parquet(path, columns=[name for name in header if name in table.by_name])
    except (ArrowException, PolarsError, OSError):
        return Unreadable("unreadable_file", "a whole Parquet file")
    unknown = tuple(_unknown_column(table, name) for name in header if name not in table.by_name)
    return _RawTable(frame, pl.int_range(1, frame.height + 1, eager=True).alias("row"), unknown)
