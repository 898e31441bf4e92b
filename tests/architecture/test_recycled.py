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
        """INSERT INTO answers (answer_id, received_at, principal_id, task, as_of, workflow_name, workflow_instance,
               workflow_step, model_version, policy_version)
           VALUES (gen_random_uuid(), now(), 'e', 't', now(), 'w', 'i', 's', '1', '1')""",
        """INSERT INTO recommendations (jti, answer_id, subject_id, task, action, params, requires, expires_at,
               workflow_version, issued_at)
           SELECT gen_random_uuid(), answer_id, 's', 't', 'a', '{}', '{}', now(), 1, now() FROM answers""",
    ),
    "a row of the template less": ("DELETE FROM audit_head",),
    "a constraint": ("ALTER TABLE records.holidays ADD CONSTRAINT never CHECK (false)",),
    "a column": ("ALTER TABLE records.holidays DROP COLUMN region",),
    "a table": ("CREATE TABLE mine (id integer)",),
}
CONTENT = "SELECT (SELECT count(*) FROM records.holidays), (SELECT count(*) FROM answers), seq, hash FROM audit_head"


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
