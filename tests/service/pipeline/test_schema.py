"""DBOS's tables are made once, by whoever comes first."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text

from ledger import database as ledger_database
from service.pipeline.schema import migrate_durable_work


def test_two_that_start_at_once_take_turns(bare_database):
    engine = ledger_database.engine(bare_database)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(migrate_durable_work, [engine, engine]))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM dbos.workflow_status")).scalar_one() == 0
    engine.dispose()
