"""The database as the migrations leave it says what the code says."""

from collections import defaultdict

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from models.records import TABLES, Kind
from service.store import inbox_tables, outgoing_tables  # noqa: F401 - they add to the metadata
from service.store.tables import RECORDS_SCHEMA, metadata

TYPES = {
    Kind.TEXT: "text",
    Kind.NUMBER: "double precision",
    Kind.INTEGER: "bigint",
    Kind.FLAG: "boolean",
    Kind.DAY: "date",
    Kind.INSTANT: "timestamp with time zone",
}
LOOKED_UP_BY = {"person_id", "project_id", "request_id", "region"}
COLUMNS = sa.text("""
    SELECT table_name, column_name, data_type, is_nullable = 'YES' AS nullable FROM information_schema.columns
    WHERE table_schema = :schema ORDER BY table_name, ordinal_position
""")
INDEXES = sa.text("""
    SELECT c.relname AS table_name, i.indisunique, i.indisprimary OR i.indnullsnotdistinct AS nulls_are_equal,
           array_agg(a.attname::text ORDER BY k.position) AS columns
    FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid, unnest(i.indkey) WITH ORDINALITY k (number, position),
         pg_attribute a
    WHERE c.relnamespace = 'records'::regnamespace AND a.attrelid = c.oid AND a.attnum = k.number
    GROUP BY c.relname, i.indexrelid, i.indisunique, i.indisprimary, i.indnullsnotdistinct
""")


def test_each_table_has_the_canonical_columns_with_their_types_and_only_required_ones_refuse_null(connection):
    found = defaultdict(list)
    for row in connection.execute(COLUMNS, {"schema": RECORDS_SCHEMA}):
        found[row.table_name].append((row.column_name, row.data_type, row.nullable))
    assert found == {
        table.name: [(column.name, TYPES[column.kind], not column.required) for column in table.columns]
        for table in TABLES.values()
    }


def test_each_table_is_unique_by_its_canonical_key_to_which_nulls_are_equal(connection):
    unique = [row for row in connection.execute(INDEXES) if row.indisunique]
    assert sorted((row.table_name, tuple(row.columns), row.nulls_are_equal) for row in unique) == sorted(
        (table.name, table.key, True) for table in TABLES.values()
    )


def test_each_column_that_neighbourhoods_are_found_by_leads_an_index(connection):
    leading = {(row.table_name, row.columns[0]) for row in connection.execute(INDEXES)}
    looked_up = {(table.name, column) for table in TABLES.values() for column in LOOKED_UP_BY & set(table.by_name)}
    looked_up |= {("revisions", "key"), ("revisions", "column")}
    assert looked_up <= leading


def test_the_other_tables_are_as_defined(connection):
    mine = set(metadata.tables)

    def ours(name, kind, parents):
        return kind != "table" or name in mine

    options = {"compare_type": True, "compare_server_default": True, "include_name": ours}
    assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []
