"""What an engine gets when nothing is wrong."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from ledger.verify import Verified
from service.gate.token_claims import RecommendationClaims
from service.gate.verifying import verify
from tests.service.predictions.conftest import AS_OF, TASK, asking

ROUTE = "/v1/predictions/missing_time"


def answered(client, body, **parameters):
    response = client.post(ROUTE, json=body, **parameters)
    assert response.status_code == 200, response.text
    return response.json()


def test_ids_and_their_snapshots_get_the_same_answer(engine_client, snapshots):
    ids = snapshots["subject_id"].to_list()
    given = [
        {"subject_id": row["subject_id"], "snapshot": {name: row[name] for name in TASK.snapshot.model_fields}}
        for row in snapshots.iter_rows(named=True)
    ]
    by_ids = answered(engine_client, asking(ids=ids))
    by_snapshots = answered(engine_client, asking(subjects=given))
    for answer in (by_ids, by_snapshots):
        for prediction in answer["predictions"]:
            for recommendation in prediction.pop("recommendations"):
                assert recommendation["token"]
        answer.pop("answer_id")
    assert by_ids == by_snapshots


def test_the_probability_is_that_of_the_batch_builder_and_the_champion(engine_client, snapshots, predictor):
    answer = answered(engine_client, asking(ids=snapshots["subject_id"].to_list()))
    expected = predictor.score(snapshots, explain=True).probability.tolist()
    assert [prediction["probability"] for prediction in answer["predictions"]] == expected
    assert answer["model"] == {"name": "missing_time", "version": "7", "kind": predictor.kind}


@pytest.mark.parametrize(("explain", "shown"), [("none", 0), ("reasons", 6), ("full", None)])
def test_reasons_and_base_add_up_to_the_log_odds(engine_client, snapshots, predictor, explain, shown):
    answer = answered(
        engine_client, asking(ids=snapshots["subject_id"].head(20).to_list()), params={"explain": explain}
    )
    shown = len(predictor.features.names) if shown is None else shown
    for prediction in answer["predictions"]:
        assert len(prediction["reasons"]) == shown
        if shown:
            total = prediction["base"] + sum(reason["effect"] for reason in prediction["reasons"])
            assert total == pytest.approx(prediction["log_odds"], abs=1e-9)


def test_a_permitted_proposal_comes_with_a_token_that_an_engine_can_verify(engine_client, snapshots):
    answer = answered(engine_client, asking(ids=snapshots["subject_id"].to_list()))
    jwks = engine_client.get("/.well-known/jwks.json").json()
    now = datetime.now(UTC)
    recommendations = [said for prediction in answer["predictions"] for said in prediction["recommendations"]]
    assert recommendations
    for said in recommendations:
        claims = verify(said["token"], jwks, now=now, issuer="bellwether", audience="orchestration-engine")
        assert isinstance(claims, RecommendationClaims)
        assert (claims.jti, claims.action, claims.step) == (said["jti"], said["action"], "open")
        assert said["action"] in {"remind_consultant", "offer_draft_entries"}
        assert set(said["requires"]["not"]) == {"dana", "paul", "rita"}
        assert said["requires"]["approvals"] == claims.requires.approvals == 1


def test_what_the_step_does_not_allow_is_withheld_with_a_code(engine_client, snapshots):
    answer = answered(engine_client, asking(ids=snapshots["subject_id"].to_list()))
    withheld = [said for prediction in answer["predictions"] for said in prediction["withheld"]]
    assert {"not_allowed_in_step"} <= {said["code"] for said in withheld}
    assert all(said["reason"] for said in withheld)


def test_without_a_requester_everything_is_withheld(engine_client, snapshots):
    body = asking(ids=snapshots["subject_id"].to_list())
    del body["workflow"]["requester"]
    answer = answered(engine_client, body)
    said = [prediction for prediction in answer["predictions"] if prediction["withheld"]]
    assert said
    assert not any(prediction["recommendations"] for prediction in answer["predictions"])
    assert "requester_unknown" in {withheld["code"] for prediction in said for withheld in prediction["withheld"]}


def test_records_that_end_too_early_inform_only_and_snapshots_are_the_callers_own_to_answer_for(
    engine_client, snapshots, services
):
    with services.engine.begin() as connection:
        connection.execute(text("UPDATE records_loads SET reaches = :then"), {"then": AS_OF - timedelta(days=30)})
    by_ids = answered(engine_client, asking(ids=snapshots["subject_id"].to_list()))
    codes = {said["code"] for prediction in by_ids["predictions"] for said in prediction["withheld"]}
    assert not any(prediction["recommendations"] for prediction in by_ids["predictions"])
    assert "records_stale" in codes
    given = [
        {"subject_id": row["subject_id"], "snapshot": {name: row[name] for name in TASK.snapshot.model_fields}}
        for row in snapshots.iter_rows(named=True)
    ]
    by_snapshots = answered(engine_client, asking(subjects=given))
    assert any(prediction["recommendations"] for prediction in by_snapshots["predictions"])


def test_a_saturday_is_named_as_a_day_on_which_nothing_is_expected(engine_client):
    answer = answered(engine_client, asking(ids=["p-01/2025-10-11"], as_of="2025-10-13T07:00:00Z"))
    assert answer["predictions"] == []
    assert answer["nothing_to_predict"] == ["p-01/2025-10-11"]


def test_an_answer_without_as_of_echoes_the_moment_of_receipt(engine_client, snapshots):
    row = snapshots.row(0, named=True)
    given = {"subject_id": row["subject_id"], "snapshot": {name: row[name] for name in TASK.snapshot.model_fields}}
    body = asking(subjects=[given])
    del body["as_of"]
    before = datetime.now(UTC)
    answer = answered(engine_client, body)
    assert before <= datetime.fromisoformat(answer["as_of"]) <= datetime.now(UTC)


def test_every_answer_is_a_row_of_a_whole_chain_that_names_no_person(engine_client, snapshots, services, chain):
    ids = snapshots["subject_id"].to_list()
    answers = [answered(engine_client, asking(ids=ids[start : start + 5])) for start in range(0, 50, 5)]
    assert isinstance(chain(), Verified)
    with services.engine.connect() as connection:
        payloads = (
            connection.execute(text("SELECT payload FROM audit WHERE kind = 'answer' ORDER BY seq")).scalars().all()
        )
        kept = connection.execute(text("SELECT count(*) FROM recommendations")).scalar_one()
    assert [json.loads(payload)["answer_id"] for payload in payloads] == [answer["answer_id"] for answer in answers]
    assert kept == sum(len(prediction["recommendations"]) for answer in answers for prediction in answer["predictions"])
    for payload in payloads:
        assert "p-" not in payload
        assert "rita" not in payload


def test_a_repeated_call_with_its_key_gets_the_same_bytes_and_no_second_row(engine_client, snapshots, services):
    body = asking(ids=snapshots["subject_id"].head(3).to_list())
    first = engine_client.post(ROUTE, json=body, headers={"Idempotency-Key": "k-1"})
    again = engine_client.post(ROUTE, json=body, headers={"Idempotency-Key": "k-1"})
    assert first.content == again.content
    with services.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM answers")).scalar_one() == 1


def test_the_same_key_with_another_body_is_a_conflict(engine_client, snapshots):
    ids = snapshots["subject_id"].to_list()
    engine_client.post(ROUTE, json=asking(ids=ids[:1]), headers={"Idempotency-Key": "k-1"})
    other = engine_client.post(ROUTE, json=asking(ids=ids[1:2]), headers={"Idempotency-Key": "k-1"})
    assert (other.status_code, other.json()["type"]) == (409, "urn:bellwether:problem:conflict")


def test_one_key_sent_eight_times_at_once_makes_one_answer(engine_client, snapshots, services):
    body = asking(ids=snapshots["subject_id"].head(2).to_list())
    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(engine_client.post, ROUTE, json=body, headers={"Idempotency-Key": "k"}) for _ in range(8)]
        contents = {call.result().content for call in calls}
    assert len(contents) == 1
    with services.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM answers")).scalar_one() == 1


def test_no_id_and_no_value_of_a_call_reaches_the_log(engine_client, snapshots, log):
    answered(engine_client, asking(ids=snapshots["subject_id"].head(3).to_list()))
    engine_client.post(ROUTE, json=asking(ids=["p-01/never"]))
    assert "p-01" not in log.getvalue()
    assert "rita" not in log.getvalue()


def test_as_of_is_the_day_that_was_asked_about(snapshots):
    assert snapshots["as_of"].unique().to_list() == [AS_OF]
