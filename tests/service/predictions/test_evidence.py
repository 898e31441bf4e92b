"""An audit row holds what it takes to prove an answer later: hashes of all that stood behind it, and nobody's name."""

import hashlib
import json
import uuid
from datetime import UTC

import pytest
from sqlalchemy import text

from ledger.audit import canonical
from ledger.pseudonyms import pseudonym
from service.store.answers import recommendation
from tests.service.predictions.conftest import TASK, asking

ROUTE = "/v1/predictions/missing_time"
DIGEST = "ab" * 32


@pytest.fixture
def champion(champion):
    return champion.__class__(champion.task, champion.version, champion.tags, champion.predictor, DIGEST)


@pytest.fixture
def answered(engine_client, services, snapshots):
    """An answer about all open days, and its row."""
    place = asking()["workflow"] | {"purpose": "time_submission"}
    response = engine_client.post(ROUTE, json=asking(ids=snapshots["subject_id"].to_list(), workflow=place))
    assert response.status_code == 200, response.text
    with services.engine.connect() as connection:
        payload = connection.execute(text("SELECT payload FROM audit WHERE kind = 'answer'")).scalar_one()
    return response.json(), json.loads(payload)


def test_the_row_names_model_policy_workflow_and_the_facts_that_were_judged(answered, services):
    answer, row = answered
    gate = services.gate.current
    assert row["model"] == {
        "name": "missing_time", "version": "7", "kind": answer["model"]["kind"], "digest": DIGEST, "promoted": True,
        "calibrated": True, "drifted": False,
    }  # fmt: skip
    assert row["prompt"] is None
    assert row["policy"] == gate.policy_version == answer["policy"]["version"]
    workflow = row["workflow"]
    assert workflow["version"] == gate.workflows.by_name["time_and_expense"].version
    assert (workflow["step"], workflow["stated_purpose"]) == ("open", "time_submission")
    assert row["purpose_recorded"] is True
    assert row["stopped"] == {"task": False, "workflow": False}
    assert "records_age_seconds" in row


def test_each_proposal_points_to_a_verdict_whose_hash_covers_its_words(answered, services):
    answer, row = answered
    verdicts = row["verdicts"]
    assert {verdict["outcome"] for verdict in verdicts} == {"permitted", "withheld"}
    shown = {said["subject_id"]: said for said in answer["predictions"]}
    for said, told in zip(answer["predictions"], row["predictions"], strict=True):
        assert [each["action"] for each in told["withheld"]] == [each["action"] for each in said["withheld"]]
        for each, words in zip(told["withheld"], said["withheld"], strict=True):
            verdict = verdicts[each["verdict"]]
            assert verdict["codes"][0] == words["code"]
            whole = {name: verdict[name] for name in ("outcome", "codes", "policies")} | {
                "reason": words["reason"], "policy": row["policy"], "workflow_version": row["workflow"]["version"],
            }  # fmt: skip
            assert verdict["hash"] == hashlib.sha256(canonical(whole).encode()).hexdigest()
        for each in told["recommended"]:
            assert verdicts[each["verdict"]]["codes"] == []
            assert verdicts[each["verdict"]]["policies"] == ["allowed_in_step"]
    assert len(verdicts) < len(shown)


def test_with_the_person_s_key_the_row_proves_snapshot_and_recommendation(answered, services, snapshots):
    answer, row = answered
    place = next(place for place, said in enumerate(answer["predictions"]) if said["recommendations"])
    said, told = answer["predictions"][place], row["predictions"][place]
    subject = said["subject_id"]
    with services.engine.connect() as connection:
        query = text("SELECT key FROM person_keys WHERE person_id = :id")
        key = bytes(connection.execute(query, {"id": TASK.person_of(subject, None)}).scalar_one())
        stored = recommendation(connection, uuid.UUID(said["recommendations"][0]["jti"]))
    snapshot = next(each for each in snapshots.iter_rows(named=True) if each["subject_id"] == subject)
    fields = {name: snapshot[name] for name in TASK.snapshot.model_fields}
    assert told["subject"] == pseudonym(key, subject)
    assert told["snapshot"] == pseudonym(key, canonical(fields))
    terms = {
        "jti": str(stored.jti), "subject": stored.subject_id, "action": stored.action, "params": stored.params,
        "approver_role": stored.requires["approver_role"], "approvals": stored.requires["approvals"],
        "not": stored.requires["not"], "issued_at": stored.issued_at.astimezone(UTC).isoformat(),
        "expires_at": stored.expires_at.astimezone(UTC).isoformat(),
    }  # fmt: skip
    assert told["recommended"][0]["hash"] == pseudonym(key, canonical(terms))


def test_the_row_of_a_what_if_names_the_files_too(engine_client, services, snapshots):
    body = asking(id=snapshots["subject_id"][0], changes={"known_hours": 8.0})
    assert engine_client.post(f"{ROUTE}/what-if", json=body).status_code == 200
    with services.engine.connect() as connection:
        row = json.loads(connection.execute(text("SELECT payload FROM audit WHERE kind = 'what_if'")).scalar_one())
    assert (row["model"]["digest"], row["prompt"], row["workflow"]["stated_purpose"]) == (DIGEST, None, None)


def test_a_row_about_many_subjects_stays_small(answered):
    _, row = answered
    subjects = len(row["predictions"])
    assert len(canonical(row)) / subjects < 900
