"""Erasing a person: afterwards no table holds the id, the chain is whole, and nobody else lost anything."""

import json

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlalchemy import text

from ledger.verify import Verified
from service.cli import main
from service.store import inbox_tables, naming, outgoing_tables  # noqa: F401 - they add to the metadata
from service.store.tables import metadata
from tests.service.predictions.conftest import asking

WHO, OTHER = "p-17", "p-05"
ROUTE = "/v1/predictions/missing_time"
TEXTS = text("""
    SELECT table_schema AS schema, table_name AS table, column_name AS column, data_type AS type
    FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema IN ('public', 'records') AND table_type = 'BASE TABLE'
      AND data_type IN ('text', 'jsonb', 'bytea', 'ARRAY', 'character varying')
""")


@pytest.fixture
def bellwether(environ):
    return lambda *arguments, **more: CliRunner().invoke(main, arguments, env=environ, **more)


@pytest.fixture
def traces(engine_client, services, snapshots, new_key):
    """An answer about everybody, asked by the person, a repeated one about another, and a row wherever else one may be
    named.
    """
    new_key("pmo", WHO)
    place = asking()["workflow"]
    everybody = snapshots["subject_id"].to_list()
    others = [subject for subject in everybody if subject.startswith(OTHER)]
    for key, body in {
        "k-everybody": asking(ids=everybody, workflow=place | {"requester": WHO, "instance": f"TE {WHO}, week 42"}),
        "k-other": asking(ids=others),
    }.items():
        response = engine_client.post(ROUTE, json=body, headers={"Idempotency-Key": key})
        assert response.status_code == 200, response.text
    with services.engine.begin() as connection:
        of_other = connection.execute(text("SELECT jti FROM recommendations WHERE subject_id LIKE 'p-05/%'")).scalar()
        assert of_other is not None
        connection.execute(
            text("""
            INSERT INTO decisions VALUES (gen_random_uuid(), :jti, 'dismiss', :who, 'pmo', :why, true, now(), now());
            """),
            {"jti": of_other, "who": WHO, "why": f"talk to {WHO}."},
        )
        connection.execute(
            text("INSERT INTO kill_switches VALUES ('task', 'missing_time', false, :who, :why, now())"),
            {"who": WHO, "why": f"({WHO}) asked"},
        )
        connection.execute(
            text("UPDATE recommendations SET withdrawn_by = :who, withdrawn_reason = :why WHERE jti = :jti"),
            {"jti": of_other, "who": WHO, "why": f"{WHO}: no"},
        )
        connection.execute(text("UPDATE records.projects SET manager_id = :who"), {"who": WHO})
        connection.execute(
            text("INSERT INTO records.revisions VALUES ('people', :who, 'practice', 'x', now())"), {"who": WHO}
        )
    return services.engine


def columns_that_name(connection, person_id, schema):
    """Where the id stands; ap-17 is not p-17."""
    found = set()
    for column in connection.execute(TEXTS).all():
        name = f'"{column.column}"'
        cell = f"convert_from({name}, 'UTF8')" if column.column == "response" else f"CAST({name} AS text)"
        query = text(f'SELECT count(*) FROM {column.schema}."{column.table}" WHERE {cell} ~ :id')
        if column.schema == schema and connection.execute(query, {"id": rf"(?<!\w){person_id}"}).scalar_one():
            found.add(f"{column.table}.{column.column}")
    return found


def counts(connection, person_id):
    query = "SELECT (SELECT count(*) FROM recommendations WHERE subject_id LIKE :of), (SELECT count(*) FROM records.{})"
    return connection.execute(text(query.format("time_entries WHERE person_id = :id")), {
        "of": f"{person_id}/%", "id": person_id,
    }).one()  # fmt: skip


def test_afterwards_no_table_but_the_records_names_the_person(bellwether, traces, chain):
    with traces.connect() as connection:
        before = columns_that_name(connection, WHO, "public")
        of_other = counts(connection, OTHER)
    assert {
        "answers.workflow_requester", "answers.workflow_instance", "recommendations.subject_id", "decisions.reason",
        "recommendations.requires", "alerts.about", "idempotency.response", "api_keys.principal_id",
        "person_keys.person_id", "kill_switches.principal_id",
    } <= before  # fmt: skip
    result = bellwether("persons", "erase", WHO, "--yes")
    assert result.exit_code == 0, result.output
    with traces.connect() as connection:
        assert columns_that_name(connection, WHO, "public") == {"audit.payload"}
        assert counts(connection, OTHER) == of_other
        kept = connection.execute(text("SELECT key FROM idempotency")).scalars().all()
        row = connection.execute(text("SELECT payload FROM audit WHERE kind = 'person_erased'")).scalar_one()
        reason = connection.execute(text("SELECT reason FROM decisions")).scalar_one()
        barred = connection.execute(text("SELECT jsonb_array_elements_text(requires -> 'not') FROM recommendations"))
        barred = set(barred.scalars())
    assert kept == ["k-other"]
    assert "1 rows of the audit chain hold the id" in result.stderr  # the instance that the engine named after them
    assert WHO not in row
    assert json.loads(row)["counts"]["recommendations"] > 0
    assert reason.startswith("talk to erased-")
    assert sum(name.startswith("erased-") for name in barred) == 1
    assert {"rita", "dana", "paul"} < barred
    assert isinstance(chain(), Verified)


def test_with_records_they_name_the_person_no_more_and_everybody_else_as_before(bellwether, traces, chain):
    with traces.connect() as connection:
        of_other = counts(connection, OTHER)
    assert bellwether("persons", "erase", WHO, "--records", "--yes").exit_code == 0
    with traces.connect() as connection:
        assert columns_that_name(connection, WHO, "records") == set()
        assert columns_that_name(connection, WHO, "public") == {"audit.payload"}
        assert counts(connection, OTHER) == of_other
    assert isinstance(chain(), Verified)


def test_erasing_twice_says_that_there_was_nothing(bellwether, traces):
    bellwether("persons", "erase", WHO, "--records", "--yes")
    result = bellwether("persons", "erase", WHO, "--records", "--yes")
    assert (result.exit_code, result.stdout) == (0, "There was nothing of this person.\n")
    with traces.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM audit WHERE kind = 'person_erased'")).scalar_one() == 1


def test_nobody_is_erased_unless_it_is_confirmed(bellwether, traces):
    assert bellwether("persons", "erase", WHO, input="n\n").exit_code == 1
    with traces.connect() as connection:
        assert columns_that_name(connection, WHO, "public")
    assert bellwether("persons", "erase", WHO, input="y\n").exit_code == 0


@pytest.mark.parametrize("person_id", ["p-1", "p", "17", "'", "%", "p-17'; DROP TABLE audit; --", "a.b*(c", "\\d"])
def test_an_id_is_taken_to_the_letter(bellwether, traces, person_id):
    with traces.connect() as connection:
        before = columns_that_name(connection, WHO, "public")
    result = bellwether("persons", "erase", person_id, "--yes")
    assert result.exit_code == 0, result.output
    with traces.connect() as connection:
        assert columns_that_name(connection, WHO, "public") == before


def test_a_time_entry_of_the_person_goes_too(bellwether, services):
    with services.engine.begin() as connection:
        first = text("SELECT min(entry_id) FROM records.time_entries WHERE person_id = :id")
        entry_id = connection.execute(first, {"id": WHO}).scalar_one()
        for name in (entry_id, f"{entry_id}0"):
            connection.execute(text("INSERT INTO person_keys VALUES (:id, '')"), {"id": name})
            response = json.dumps({"predictions": [{"subject_id": name}]}).encode()
            connection.execute(
                text("INSERT INTO idempotency VALUES ('engine', '/r', :key, '', 200, :response, now())"),
                {"key": f"about {name}", "response": response},
            )
    assert bellwether("persons", "erase", WHO, "--yes").exit_code == 0
    with services.engine.connect() as connection:
        assert connection.execute(text("SELECT person_id FROM person_keys")).scalars().all() == [f"{entry_id}0"]
        assert connection.execute(text("SELECT key FROM idempotency")).scalars().all() == [f"about {entry_id}0"]


def test_every_text_column_is_known_to_erasure():
    lists = (naming.IDS, naming.WORDS, naming.DOCUMENTS, naming.SIGNED, naming.DELETED, naming.NOBODY)
    told = {(table, column) for named in lists for table, columns in named.items() for column in columns}
    texts = sa.Text, sa.LargeBinary, sa.JSON
    columns = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, texts)
    }
    assert told == columns
