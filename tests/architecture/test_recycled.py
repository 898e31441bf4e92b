"""A database that a test is lent is as its template, whatever the test before did to it."""

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.recycled import Recycled

WHAT_A_TEST_DOES = {
    "nothing": (),
    "rows": (
        "INSERT INTO records.holidays VALUES ('DE', '2026-01-01')",
        "UPDATE audit_head SET seq = 7, hash = repeat('a', 64)",
    ),
    "rows that refer to each other": (
        """INSERT INTO exceptions (exception_id, cause_kind, cause_key, part, status, version, opened_at, updated_at,
           raised_at, times_raised, confidence)
           VALUES (gen_random_uuid(), 'project', 'P-1', '', 'open', 1, now(), now(), now(), 1, 1)""",
        """INSERT INTO exception_decisions
           (decision_id, exception_id, kind, version, principal_id, api_role, decided_at)
           SELECT gen_random_uuid(), exception_id, 'accept', 1, 'mona', 'pmo', now() FROM exceptions""",
    ),
    "a row of the template less": ("DELETE FROM audit_head",),
    "a constraint": ("ALTER TABLE records.holidays ADD CONSTRAINT never CHECK (false)",),
    "a column": ("ALTER TABLE records.holidays DROP COLUMN region",),
    "a table": ("CREATE TABLE mine (id integer)",),
}
CONTENT = "SELECT (SELECT count(*) FROM records.holidays), (SELECT count(*) FROM exceptions), seq, hash FROM audit_head"


def run(url, *statements):
    with create_engine(url, poolclass=NullPool).begin() as connection:
        return [connection.execute(text(statement)) for statement in statements]


def content(url):
    with create_engine(url, poolclass=NullPool).connect() as connection:
        tables = connection.execute(text("SELECT count(*) FROM pg_tables")).scalar_one()
        return tables, tuple(connection.execute(text(CONTENT)).one())


def test_a_lent_database_is_as_its_template(server, template):
    recycled = Recycled(server, template)
    with recycled.lent() as url:
        before = content(url)
    for done, statements in WHAT_A_TEST_DOES.items():
        with recycled.lent() as url:
            run(url, *statements)
        with recycled.lent() as url:
            assert content(url) == before, done
    recycled.drop_all()


def test_two_at_once_are_two(server, template):
    recycled = Recycled(server, template)
    with recycled.lent() as one, recycled.lent() as other:
        assert one != other
    recycled.drop_all()


def test_who_is_still_connected_and_holds_a_lock_is_ended(server, template):
    recycled = Recycled(server, template)
    with recycled.lent() as url:
        left = create_engine(url).connect()
        left.execute(text("LOCK TABLE audit"))
    with recycled.lent() as url:
        assert run(url, "SELECT count(*) FROM audit")[0]
    left.invalidate()
    recycled.drop_all()
