"""A what-if over HTTP: both sides, an audit row, and a refusal that names the field."""

import math
from dataclasses import replace

import pytest
from sqlalchemy import text

from ledger.verify import Verified
from models.what_if import what_if
from tests.service.predictions.conftest import AS_OF, TASK, Standing, asking

ROUTE = "/v1/predictions/missing_time/what-if"
DONE = {"known_hours": 8.0}


@pytest.fixture(name="risky")
def _risky(snapshots, predictor):
    """The day with the highest risk, a snapshot of one row."""
    return snapshots.slice(int(predictor.score(snapshots).probability.argmax()), 1)


def test_both_sides_are_those_of_the_champion(engine_client, risky, predictor):
    body = asking(id=risky["subject_id"][0], changes=DONE)
    answer = engine_client.post(ROUTE, json=body).json()
    expected = what_if(TASK, predictor, risky, DONE)
    assert answer["before"]["probability"] == expected.before.probability
    assert answer["after"]["probability"] == expected.after.probability < expected.before.probability
    assert answer["after"]["money_at_risk"]["deferred_amount"] == expected.after.money.deferred_amount
    assert answer["model"] == {"name": "missing_time", "version": "7", "kind": predictor.kind}
    difference = math.fsum(each["effect_after"] - each["effect_before"] for each in answer["effects"])
    assert difference == pytest.approx(answer["after"]["log_odds"] - answer["before"]["log_odds"], abs=1e-9)
    assert "recommendations" not in answer


def test_an_id_and_its_snapshot_get_the_same_answer(engine_client, risky):
    row = risky.row(0, named=True)
    subject = {"subject_id": row["subject_id"], "snapshot": {name: row[name] for name in TASK.snapshot.model_fields}}
    bodies = [
        {"as_of": AS_OF.isoformat(), "changes": DONE} | given
        for given in ({"id": row["subject_id"]}, {"subject": subject})
    ]
    by_id, by_snapshot = (engine_client.post(ROUTE, json=body).json() for body in bodies)
    assert by_id.pop("answer_id") != by_snapshot.pop("answer_id")
    assert by_id == by_snapshot


def test_a_what_if_is_a_row_of_the_audit_chain_that_names_nobody(engine_client, services, risky, chain):
    subject_id = risky["subject_id"][0]
    answer = engine_client.post(ROUTE, json=asking(id=subject_id, changes=DONE)).json()
    with services.engine.connect() as connection:
        row = connection.execute(text("SELECT payload FROM audit WHERE kind = 'what_if'")).scalar_one()
    assert answer["answer_id"] in row
    assert '"changed":["known_hours"]' in row
    assert subject_id not in row
    assert subject_id.split("/")[0] not in row
    assert isinstance(chain(), Verified)


def test_no_audit_row_no_what_if(engine_client, services, risky):
    with services.engine.begin() as connection:
        connection.execute(text("DELETE FROM audit_head"))
    refused = engine_client.post(ROUTE, json=asking(id=risky["subject_id"][0], changes=DONE))
    assert (refused.status_code, refused.json()["missing"]) == (503, "audit")


def test_a_repeated_key_gets_the_same_answer_and_another_body_a_conflict(engine_client, risky):
    body, headers = asking(id=risky["subject_id"][0], changes=DONE), {"Idempotency-Key": "k-1"}
    first, again = (engine_client.post(ROUTE, json=body, headers=headers) for _ in range(2))
    assert first.content == again.content
    assert engine_client.post(ROUTE, json=body | {"changes": {"known_hours": 1}}, headers=headers).status_code == 409


NOWHERE = {"name": "time_and_expense", "instance": "TE-1", "step": "nowhere"}
REFUSED = [
    ("an unknown field", {"changes": {"mood": 3}}, "changes.mood", "no field of missing_time"),
    ("a value out of bounds", {"changes": {"missed_share_5": 7}}, "changes.missed_share_5", "less than or equal to 1"),
    ("a word for a number", {"changes": {"known_hours": "many"}}, "changes.known_hours", "number"),
    ("no change", {"changes": {}}, "changes", "at least 1"),
    ("neither id nor subject", {"changes": DONE, "id": None}, "", "expected either id or subject"),
    ("an unknown step", {"changes": DONE, "workflow": NOWHERE}, "workflow.step", "expected one of"),
    ("the future", {"changes": DONE, "as_of": "2999-01-01T00:00:00Z"}, "as_of", "has passed"),
    ("a malformed id", {"changes": DONE, "id": "nonsense"}, "id", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field", "expected"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_what_cannot_be_imagined_is_refused_by_field(engine_client, risky, change, field, expected):
    response = engine_client.post(ROUTE, json=asking(id=risky["subject_id"][0]) | change)
    assert response.status_code == 422, response.text
    error = response.json()["errors"][0]
    assert error["field"] == field
    assert expected in error["expected"]


def test_a_field_that_the_caller_may_not_see_cannot_be_probed(engine_client, risky, services):
    response = engine_client.post(ROUTE, json=asking(id=risky["subject_id"][0], changes={"bill_rate": 100.0} | DONE))
    assert (response.status_code, response.json()["type"]) == (403, "urn:bellwether:problem:not-visible")
    assert response.json()["hidden"] == [{"field": "bill_rate", "kind": "rate"}]
    assert response.json()["api_role"] == "orchestrator"
    with services.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM audit WHERE kind = 'what_if'")).scalar_one() == 0


def test_an_unknown_subject_is_told_so(engine_client):
    response = engine_client.post(ROUTE, json=asking(id="nobody/2025-10-16", changes=DONE))
    assert response.status_code == 422
    assert response.json()["type"] == "urn:bellwether:problem:unknown-id"


def test_only_engines_ask(client, new_key):
    headers = {"Authorization": f"Bearer {new_key('pmo', 'pia')}"}
    assert client.post(ROUTE, json=asking(id="p-01/2025-10-16", changes=DONE), headers=headers).status_code == 403


def test_nobody_imagines_without_a_champion(services, serving, new_key):
    with serving(replace(services, champions=Standing())) as client:
        client.headers["Authorization"] = f"Bearer {new_key()}"
        response = client.post(ROUTE, json=asking(id="p-01/2025-10-16", changes=DONE))
    assert (response.status_code, response.json()["missing"]) == (503, "champion")
