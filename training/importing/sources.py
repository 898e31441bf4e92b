"""The sources of a mapping as frames. Nothing is guessed: every cell of a CSV file is text, an empty one is null."""

import codecs
import gzip
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import sqlalchemy as sa
from polars.exceptions import PolarsError

from training.importing.mapping import Source
from training.importing.problems import ImportRefused, SourceRefused
from training.importing.xes import NotXes, read_xes

START = 65_536
"""Bytes in which a CSV file shows how its lines end. Old spreadsheets for the Mac end them with a return alone."""


def is_url(source: str) -> bool:
    return "://" in source


def load_sources(sources: Mapping[str, Source], given: str) -> dict[str, pl.DataFrame]:
    """All sources of a mapping from ``given``, a folder or a database URL. Raises `SourceRefused`."""
    if is_url(given):
        return _from_database(sources, given)
    root = Path(given)
    if not root.is_dir():
        raise ImportRefused(f"--source: expected a folder or a database URL; {given} is neither")
    return {name: _from_files(name, source, root) for name, source in sources.items()}


def _from_files(name: str, source: Source, root: Path) -> pl.DataFrame:
    if source.file is None:
        raise SourceRefused("it reads a database: expected --source to be a database URL", name)
    inside = root.resolve()
    files = sorted(path for path in root.glob(source.file) if path.is_file())
    if not files:
        raise SourceRefused(f"no file matches {source.file} in {root}", name)
    for path in files:
        if not path.resolve().is_relative_to(inside):
            raise SourceRefused(f"{path.name} leads outside {root}", name)
    frames = [_from_file(name, source, path) for path in files]
    try:
        return frames[0] if len(frames) == 1 else pl.concat(frames, how="diagonal_relaxed")
    except PolarsError as problem:
        raise SourceRefused(f"the files that match {source.file} have columns of different types", name) from problem


def _from_file(name: str, source: Source, path: Path) -> pl.DataFrame:
    frame = _read(name, source, path)
    if source.name_column is None:
        return frame
    if source.name_column in frame.columns:
        raise SourceRefused(f"{path.name} has a column {source.name_column} already: choose another name_column", name)
    return frame.with_columns(pl.lit(path.name).alias(source.name_column))


def _read(name: str, source: Source, path: Path) -> pl.DataFrame:
    if source.is_parquet:
        return _read_parquet(name, path)
    return _read_xes(name, path) if source.is_xes else _read_csv(name, source, path)


def _read_xes(name: str, path: Path) -> pl.DataFrame:
    try:
        return read_xes(path)
    except NotXes as problem:
        raise SourceRefused(f"{path.name}: {problem}", name) from problem


def _read_csv(name: str, source: Source, path: Path) -> pl.DataFrame:
    options = source.options
    try:
        frame = pl.read_csv(
            _in_utf8(path, options.encoding),
            infer_schema=False,
            separator=options.delimiter,
            quote_char=options.quote,
            has_header=options.header,
            skip_rows=options.skip_lines,
            raise_if_empty=False,
        )
    except LookupError as problem:
        raise SourceRefused(f"no encoding is called {options.encoding}", name) from problem
    except (PolarsError, UnicodeDecodeError, OSError, EOFError) as problem:
        raise SourceRefused(
            f"{path.name} cannot be read as CSV ({options.encoding}, separated by {options.delimiter!r}, quoted by "
            f"{options.quote}): set delimiter, encoding, quote or skip_lines in its options",
            name,
        ) from problem
    frame = frame.rename(lambda column: column.strip())
    return frame.with_columns(pl.when(pl.all() != "").then(pl.all()))


def _in_utf8(path: Path, encoding: str) -> Path | io.BytesIO:
    """The file itself where it is in UTF-8, packed or not, and its lines end as usual; else its text so."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rb") as file:
        start = file.read(START)
        returns_only = b"\r" in start and b"\n" not in start
        if codecs.lookup(encoding).name == "utf-8" and not returns_only:
            return path
        content = (start + file.read()).decode(encoding)
    return io.BytesIO((content.replace("\r", "\n") if returns_only else content).encode())


def _read_parquet(name: str, path: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(path)
    except (PolarsError, OSError) as problem:
        raise SourceRefused(f"{path.name} is not a whole Parquet file", name) from problem


def _from_database(sources: Mapping[str, Source], url: str) -> dict[str, pl.DataFrame]:
    try:
        engine = sa.create_engine(url)
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ModuleNotFoundError) as problem:
        raise ImportRefused("--source: expected a database URL that SQLAlchemy has a driver for") from problem
    shown = engine.url.render_as_string(hide_password=True)
    try:
        with engine.connect().execution_options(postgresql_readonly=True) as connection:
            return {name: _from_query(name, source, connection) for name, source in sources.items()}
    except sa.exc.OperationalError as problem:
        raise ImportRefused(f"--source: {shown} does not answer") from problem
    finally:
        engine.dispose()


def _from_query(name: str, source: Source, connection: sa.Connection) -> pl.DataFrame:
    if source.file is not None:
        raise SourceRefused("it reads a file: expected --source to be a folder", name)
    try:
        frame = pl.read_database(_statement(source), connection, infer_schema_length=None)
    except sa.exc.DBAPIError as problem:
        reason = str(problem.orig).strip().splitlines()[0]
        raise SourceRefused(f"the database refused it: {reason}", name) from problem
    return frame.with_columns(pl.col(pl.Object).map_elements(str, return_dtype=pl.String))


def _statement(source: Source) -> sa.TextClause | sa.Select[Any]:
    if source.query is not None:
        return sa.text(source.query)
    *schema, table = str(source.table).split(".")
    return sa.select(sa.text("*")).select_from(sa.table(table, schema=".".join(schema) or None))
