"""Records over HTTP: all rows of a call or none, mistakes by line and column, and a past that stays as it was."""

import datetime as dt
import json
import threading
from contextlib import suppress

import httpx
import pytest
import sqlalchemy as sa

from models.json_lines import HOLDS_NUL, NOT_A_CELL, NOT_AN_OBJECT
from models.records import TABLES
from service.api.body_lines import LONGEST_LINE
from service.api.records import MOST_ROWS

NDJSON = {"Content-Type": "application/x-ndjson"}
REQUEST = {
    "request_id": "RR-1", "job_role": "developer", "opened_at": "2026-01-05T09:00:00Z", "needed_by": "2026-02-02",
}  # fmt: skip
ENTRY = {"entry_id": "E1", "person_id": "P1", "worked_on": "2026-01-05", "hours": 8}


@pytest.fixture
def put(client, new_key):
    """Puts rows, or bytes as they are, into a table: the response."""
    client.headers["Authorization"] = f"Bearer {new_key()}"

    def put(table, *rows, content=None, **headers):
        body = "".join(json.dumps(row) + "\n" for row in rows) if content is None else content
        return client.put(f"/v1/records/{table}", content=body, headers=NDJSON | headers)

    return put


@pytest.fixture
def ask(engine):
    def ask(query, **parameters):
        with engine.connect() as connection:
            return connection.execute(sa.text(query), parameters).all()

    return ask


def counts(response):
    assert response.status_code == 200, response.text
    said = response.json()
    return tuple(said[name] for name in ("inserted", "updated", "unchanged", "revisions"))


def test_rows_are_stored_and_what_they_overwrite_stays_known(put, ask):
    assert counts(put("resource_requests", REQUEST, REQUEST | {"request_id": "RR-2"})) == (2, 0, 0, 0)
    before = dt.datetime.now(dt.UTC)
    moved = REQUEST | {"needed_by": "2026-02-16", "filled_at": "2026-01-20T08:00:00+01:00"}
    assert counts(put("resource_requests", moved, REQUEST | {"request_id": "RR-2"})) == (0, 1, 1, 2)
    assert counts(put("resource_requests", moved)) == (0, 0, 1, 0)
    was, since = ask('SELECT key, "column", value, known_at FROM records.revisions ORDER BY known_at')
    assert was[:3] == ("RR-1", "needed_by", "2026-02-02")
    assert was.known_at == dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC)
    assert since[:3] == ("RR-1", "needed_by", "2026-02-16")
    assert before < since.known_at < dt.datetime.now(dt.UTC)


def test_a_row_is_a_whole_row_and_an_unknown_column_is_kept_out_with_a_warning(put, ask):
    put("people", {"person_id": "P1", "job_role": "developer", "grade": "senior"})
    said = put("people", {"person_id": "P1", "job_role": "developer", "shoe_size": 43})
    assert counts(said) == (0, 1, 0, 2)
    unknown, *_ = [warning for warning in said.json()["warnings"] if warning["column"] == "shoe_size"]
    assert "kept out" in unknown["expected"]
    assert ask("SELECT grade FROM records.people") == [(None,)]


def test_a_load_is_on_record_with_its_hash_and_tells_how_far_records_reach(put, ask):
    said = put("time_entries", ENTRY).json()
    ((payload,),) = ask("SELECT payload FROM audit WHERE kind = 'records_loaded'")
    record = json.loads(payload)
    assert record["content_hash"] == said["content_hash"]
    assert record["tables"] == {"time_entries": {"inserted": 1, "updated": 0, "unchanged": 0, "revisions": 0}}
    assert "engine-1" not in payload
    ((reaches,),) = ask("SELECT reaches FROM records_loads")
    assert reaches.date() == dt.date(2026, 1, 5)


MISTAKES = {
    "a missing cell": ({"person_id": None}, "person_id", "a value"),
    "no number": ({"hours": "eight"}, "hours", "a number"),
    "too little": ({"hours": -1}, "hours", "at least 0"),
    "an instant without a zone": ({"submitted_at": "2026-01-05T09:00:00"}, "submitted_at", "with its zone"),
    "a list": ({"note": ["secret"]}, "note", NOT_A_CELL),
    "a NUL": ({"note": "secret\0"}, "note", HOLDS_NUL),
    "the same key again": ({"entry_id": "E0"}, "entry_id", "once"),
}


def test_mistakes_are_named_by_line_and_column_without_the_value_and_nothing_is_stored(put, ask):
    good = [
        json.dumps(ENTRY | {"entry_id": f"E{number}", "worked_on": f"2026-01-{number + 5:02}"}) for number in (0, 1)
    ]
    bad = [
        json.dumps(ENTRY | {"entry_id": f"B{number}", "worked_on": f"2026-02-{number + 1:02}"} | change)
        for number, (change, _, _) in enumerate(MISTAKES.values())
    ]
    lines = [good[0], "", good[1], *bad, '{"entry_id": "secret', "[1]", '{"hours": NaN}', "\udcff"]
    response = put("time_entries", content="\n".join(lines).encode(errors="surrogateescape"))
    assert response.status_code == 422
    errors = response.json()["errors"]
    first = 4
    expected = [(first + number, column) for number, (_, column, _) in enumerate(MISTAKES.values())]
    broken = [(first + len(bad) + number, "") for number in range(4)]
    assert [(error["row"], error["field"]) for error in errors] == expected + broken
    for error, (_, _, words) in zip(errors, MISTAKES.values(), strict=False):
        assert words in error["expected"]
    assert {error["expected"] for error in errors[-4:]} == {NOT_AN_OBJECT}
    assert response.json()["count"] == len(errors)
    assert "secret" not in response.text
    assert ask("SELECT count(*) FROM records.time_entries") == [(0,)]
    assert ask("SELECT count(*) FROM audit WHERE kind = 'records_loaded'") == [(0,)]


def test_only_ndjson_of_a_known_table_from_an_orchestrator_is_read(put, client, new_key):
    kinds = {
        put("salaries", ENTRY).json()["type"]: 404,
        put("people", **{"Content-Type": "text/csv"}).json()["type"]: 415,
        put("people", Authorization=f"Bearer {new_key('finance', 'fay')}").json()["type"]: 403,
        put("people", content=b'{"person_id": "' + b"p" * LONGEST_LINE + b'"}').json()["type"]: 422,
    }
    assert {kind.rpartition(":")[2]: status for kind, status in kinds.items()} == {
        "not-found": 404, "unsupported-media-type": 415, "not-allowed": 403, "malformed-input": 422,
    }  # fmt: skip
    assert counts(put("people")) == (0, 0, 0, 0)


def holidays(number):
    day = dt.date(1990, 1, 1)
    return "".join(f'{{"region": "R{each}", "on": "{day}"}}\n' for each in range(number)).encode()


def test_fifty_thousand_rows_are_taken_and_one_more_is_not(put, ask):
    assert MOST_ROWS == 50_000
    refused = put("holidays", content=holidays(MOST_ROWS + 1))
    assert (refused.status_code, refused.json()["limit"]) == (413, MOST_ROWS)
    assert counts(put("holidays", content=holidays(MOST_ROWS))) == (MOST_ROWS, 0, 0, 0)


def test_a_call_that_breaks_off_stores_nothing(put, ask):
    def breaking_off():
        yield holidays(10)
        raise OSError("the line is dead")

    with suppress(OSError, httpx.HTTPError):
        put("holidays", content=breaking_off())
    assert counts(put("holidays", content=holidays(1))) == (1, 0, 0, 0)
    assert ask("SELECT count(*) FROM records.holidays") == [(1,)]


def test_a_key_that_came_before_gets_the_same_answer_and_refuses_other_rows(put):
    key = {"Idempotency-Key": "night-1"}
    first = put("people", {"person_id": "P1", "job_role": "developer"}, **key)
    assert counts(first) == (1, 0, 0, 0)
    assert put("people", {"person_id": "P1", "job_role": "developer"}, **key).content == first.content
    assert put("people", {"person_id": "P1", "job_role": "designer"}, **key).status_code == 409


def test_calls_at_once_take_turns_and_the_last_value_is_known_last(put, ask):
    put("resource_requests", REQUEST)
    days = [f"2026-03-{day:02}" for day in range(1, 9)]
    calls = [threading.Thread(target=put, args=("resource_requests", REQUEST | {"needed_by": day})) for day in days]
    for call in calls:
        call.start()
    for call in calls:
        call.join()
    said = [str(row.value) for row in ask("SELECT value FROM records.revisions ORDER BY known_at")]
    assert sorted(said[1:]) == days
    assert ask("SELECT needed_by::text FROM records.resource_requests") == [(said[-1],)]


def test_the_description_names_every_column_of_every_table(client):
    described = client.get("/openapi.json").json()["paths"]["/v1/records/{table}"]["put"]["description"]
    for table in TABLES.values():
        (line,) = [line for line in described.splitlines() if line.startswith(f"- `{table.name}`")]
        assert all(f"{column.name}? (" in line or f"{column.name} (" in line for column in table.columns)
