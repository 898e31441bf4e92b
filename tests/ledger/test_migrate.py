from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from ledger.database import engine as engine_of
from ledger.migrate import migrate
from ledger.tables import metadata


@pytest.fixture
def bare_engine(bare_database):
    engine = engine_of(bare_database)
    yield engine
    engine.dispose()


def test_migrating_twice_is_migrating_once(bare_engine):
    migrate(bare_engine)
    before = inspect(bare_engine).get_table_names()
    migrate(bare_engine)
    assert inspect(bare_engine).get_table_names() == before


def test_two_who_migrate_at_once_take_turns(bare_engine):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(migrate, [bare_engine] * 4))
    with bare_engine.connect() as connection:
        assert connection.execute(text("SELECT seq FROM audit_head")).scalars().all() == [0]


def test_the_migrations_make_the_tables_that_the_code_states(connection):
    context = MigrationContext.configure(
        connection, opts={"include_name": lambda name, kind, _: kind != "table" or name in metadata.tables}
    )
    assert compare_metadata(context, metadata) == []


def test_the_audit_head_is_one_row(connection):
    with pytest.raises(IntegrityError, match="audit_head_is_one_row"):
        connection.execute(text("INSERT INTO audit_head VALUES (false, 0, '')"))
