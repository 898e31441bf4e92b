from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

import ledger
from ledger.audit import canonical
from ledger.database import engine as engine_of
from ledger.migrate import migrate
from ledger.names import names
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


def test_rows_of_an_older_database_are_found_by_their_names_too(bare_engine):
    config = Config()
    config.set_main_option("script_location", str(Path(ledger.__file__).parent / "migrations"))
    jti = "f0000000-0000-4000-8000-000000000001"
    payload = canonical({"jti": jti, "subject": "ab" * 32, "principal": "9", "n": [1]})
    with bare_engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        for seq, text_ in ((1, payload), (2, "{}")):
            row = {"seq": seq, "payload": text_}
            connection.execute(text("INSERT INTO audit VALUES (:seq, now(), 'answer', :payload, '', '')"), row)
    migrate(bare_engine)
    with bare_engine.connect() as connection:
        found = connection.execute(text("SELECT names FROM audit ORDER BY seq")).scalars().all()
    assert found == [names(payload), []]
    assert len(found[0]) == 2


def test_the_audit_head_is_one_row(connection):
    with pytest.raises(IntegrityError, match="audit_head_is_one_row"):
        connection.execute(text("INSERT INTO audit_head VALUES (false, 0, '')"))
