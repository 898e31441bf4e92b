"""The SELECTs of a mapping, run over its sources by a DuckDB that can reach nothing else."""

from collections.abc import Mapping

import duckdb
import polars as pl

from training.importing.mapping import LoadedMapping
from training.importing.problems import StatementRefused

LOCKED = (
    "SET TimeZone = 'UTC'",
    "SET python_enable_replacements = false",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)


def select_tables(mapping: LoadedMapping, sources: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Each canonical table of the mapping, as its SELECT returns it. Raises `StatementRefused`."""
    with duckdb.connect() as connection:
        for name, frame in sources.items():
            connection.register(name, frame)
        for setting in LOCKED:
            connection.execute(setting)
        return {name: _select(mapping, name, connection) for name in mapping.tables}


def _select(mapping: LoadedMapping, table: str, connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    def refused(what: str) -> StatementRefused:
        return StatementRefused(what, mapping.file, mapping.lines[table], table)

    try:
        statements = connection.extract_statements(mapping.tables[table])
        if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
            raise refused("expected exactly one SELECT statement")
        return pl.DataFrame(connection.sql(mapping.tables[table]).to_arrow_table())
    except duckdb.Error as problem:
        raise refused(f"DuckDB says: {problem}") from problem
