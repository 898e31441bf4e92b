"""The audit trail over HTTP: pages, filters, exports that can be checked, and what reading it leaves behind."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from ledger import heads
from ledger.audit import Entry, append
from ledger.chain import signed_mark
from ledger.export import check
from ledger.principals import API_ROLES
from ledger.pseudonyms import erase, pseudonym, references
from ledger.record import transaction
from ledger.verify import Verified, verify
from tests.service.conftest import NOW

ANSWER, JTI = "0a1b2c3d-0000-4000-8000-000000000001", "0a1b2c3d-0000-4000-8000-000000000002"
DAY = "ana/2026-03-02"


@pytest.fixture
def trail(engine, settings, new_key):
    """The row of an auditor's key, six rows an hour apart, then one answer about Ana's day that Rita asked for."""
    key = new_key("auditor", "audrey")
    for number in range(1, 7):
        with transaction(engine, settings.home) as connection:
            append(
                connection,
                [Entry("decision" if number % 2 else "load", {"n": number})],
                now=NOW + timedelta(hours=number),
            )
    with transaction(engine, settings.home) as connection:
        keys = references(connection, ["ana", "rita", "engine-1"])
        payload = {
            "answer_id": ANSWER,
            "principal": pseudonym(keys["engine-1"], "engine-1"),
            "workflow": {"requester": pseudonym(keys["rita"], "rita")},
            "predictions": [{"subject": pseudonym(keys["ana"], DAY), "recommended": [{"jti": JTI}]}],
        }
        append(connection, [Entry("answer", payload)], now=NOW + timedelta(hours=8))
    return key


@pytest.fixture
def auditor(client, trail):
    client.headers["Authorization"] = f"Bearer {trail}"
    return client


def numbers(response):
    assert response.status_code == 200, response.text
    return [line["row"]["seq"] for line in response.json()["rows"]]


def test_pages_lead_from_the_newest_row_to_the_first(auditor):
    seen, before = [], {}
    while before is not None:
        answer = auditor.get("/v1/audit", params={"limit": 3} | before).json()
        seen += [line["row"]["seq"] for line in answer["rows"]]
        before = None if answer["next_before"] is None else {"before": answer["next_before"]}
    assert seen == [8, 7, 6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"kind": "decision"}, [6, 4, 2]),
        ({"kind": "dance"}, []),
        ({"since": (NOW + timedelta(hours=2)).isoformat(), "until": (NOW + timedelta(hours=4)).isoformat()}, [4, 3]),
        ({"answer_id": ANSWER}, [8]),
        ({"jti": JTI}, [8]),
        ({"jti": ANSWER.replace("1", "9")}, []),
        ({"principal": "rita"}, [8]),
        ({"principal": "engine-1", "kind": "answer"}, [8]),
        ({"principal": "engine-1", "kind": "load"}, []),
        ({"principal": "nobody"}, []),
        ({"subject": DAY}, [8]),
        ({"subject": "ana/2026-03-03"}, []),
        ({"subject": DAY, "principal": "rita"}, [8]),
    ],
)
def test_each_filter_finds_its_rows(auditor, filters, found):
    assert numbers(auditor.get("/v1/audit", params=filters)) == found


def test_a_time_entry_is_found_by_its_id_under_its_person_s_key(auditor, engine):
    with engine.begin() as connection:
        columns = "entry_id, person_id, worked_on, hours"
        connection.execute(text(f"INSERT INTO records.time_entries ({columns}) VALUES ('T-9', 'ana', now(), 8)"))
        key = references(connection, ["ana"])["ana"]
        payload = {"predictions": [{"subject": pseudonym(key, "T-9")}]}
        append(connection, [Entry("answer", payload)], now=NOW)
    assert numbers(auditor.get("/v1/audit", params={"subject": "T-9"})) == [9]


def test_who_was_erased_is_found_nowhere_and_looking_makes_no_key(auditor, engine):
    with engine.begin() as connection:
        erase(connection, "ana")
    assert numbers(auditor.get("/v1/audit", params={"subject": DAY})) == []
    assert numbers(auditor.get("/v1/audit", params={"principal": "ana"})) == []
    with engine.connect() as connection:
        known = connection.execute(text("SELECT person_id FROM person_keys ORDER BY 1")).scalars().all()
    assert known == ["audrey", "engine-1", "rita"]


def test_looking_a_person_up_is_on_record_and_reading_a_page_is_not(auditor, engine):
    auditor.get("/v1/audit")
    auditor.get("/v1/audit", params={"subject": DAY})
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT kind, payload FROM audit WHERE seq > 8")).all()
    assert [row.kind for row in rows] == ["audit_searched"]
    assert json.loads(rows[0].payload)["by"] == ["subject"]
    assert "ana" not in rows[0].payload


@pytest.mark.parametrize("asked", [{"params": {"format": "ndjson"}}, {"headers": {"Accept": "application/x-ndjson"}}])
def test_an_export_is_whole_in_order_and_on_record(auditor, engine, settings, asked):
    kept = signed_mark(heads.load(settings.home).furthest)
    response = auditor.get("/v1/audit", **asked)
    assert response.headers["content-type"].startswith("application/x-ndjson")
    lines = response.text.splitlines()
    assert [json.loads(line)["row"]["seq"] for line in lines] == list(range(1, 9))
    assert check(lines, [kept]).last.seq == 8
    with engine.connect() as connection:
        row = connection.execute(text("SELECT kind, payload FROM audit WHERE seq = 9")).one()
        assert isinstance(verify(connection, heads.load(settings.home)), Verified)
    said = json.loads(row.payload)
    assert (row.kind, said["rows"], said["first"], said["last"]) == ("audit_exported", 8, 1, 8)
    assert said["last_hash"] == json.loads(lines[-1])["hash"] == kept.hash


def test_an_export_of_a_range_holds_the_range(auditor):
    bounds = {"since": (NOW + timedelta(hours=2)).isoformat(), "until": (NOW + timedelta(hours=5)).isoformat()}
    lines = auditor.get("/v1/audit", params={"format": "ndjson", **bounds}).text.splitlines()
    found = check(lines, [])
    assert (found.first, found.last.seq) == (3, 5)
    assert auditor.get("/v1/audit", params={"format": "ndjson", "kind": "dance"}).text == ""


@pytest.mark.parametrize(
    ("filters", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 1001}, "limit"),
        ({"before": 0}, "before"),
        ({"answer_id": "x"}, "answer_id"),
        ({"since": "2026-03-01T00:00:00"}, "since"),
        ({"format": "csv"}, "format"),
        ({"kind": "a\0"}, "kind"),
        ({"format": "ndjson", "limit": 5}, "limit"),
        ({"format": "ndjson", "before": 5}, "before"),
    ],
)
def test_a_wrong_filter_is_named(auditor, filters, field):
    response = auditor.get("/v1/audit", params=filters)
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == field


def test_only_auditors_read_the_trail(client, new_key):
    for api_role in API_ROLES:
        headers = {"Authorization": f"Bearer {new_key(api_role)}"}
        status = client.get("/v1/audit", headers=headers).status_code
        assert status == (200 if api_role == "auditor" else 403)


def test_a_row_is_found_by_its_names_without_walking_a_long_chain(auditor, engine):
    """The plan, not the clock: of thousands of rows the index hands out those that hold the name."""
    with engine.begin() as connection:
        append(
            connection,
            [Entry("answer", {"answer_id": f"{number:08x}-0000-4000-8000-000000000000"}) for number in range(20_000)],
            now=datetime.now(UTC),
        )
    wanted = f"{12_345:08x}-0000-4000-8000-000000000000"
    assert numbers(auditor.get("/v1/audit", params={"answer_id": wanted})) == [8 + 12_346]
    with engine.connect() as connection:
        connection.execute(text("ANALYZE audit"))
        plan = connection.execute(text("EXPLAIN SELECT seq FROM audit WHERE names && ARRAY[7::bigint]")).scalars().all()
    assert any("audit_names_idx" in line for line in plan)
