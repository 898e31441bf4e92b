"""A recommendation is taken back: it stands no more, whatever its token says, and its alerts are free again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import text

from service.store.errors import BudgetSpentError
from service.store.subscriptions import StoredSubscription, insert_subscription


@pytest.fixture
def withdraw(client, as_):
    def post(jti, api_role="orchestrator", principal="engine-1", *, key=None, reason="It was filled by hand."):
        headers = as_(api_role, principal) | {"Idempotency-Key": key or uuid4().hex}
        return client.post(f"/v1/recommendations/{jti}/withdrawal", json={"reason": reason}, headers=headers)

    return post


@pytest.mark.parametrize("api_role", ["orchestrator", "pmo", "finance", "delivery_lead"])
def test_what_was_withdrawn_is_neither_standing_nor_decided_on(  # noqa: PLR0917 - fixtures
    given, withdraw, standing, decide, audited, api_role
):
    jti, _ = given()
    assert withdraw(jti, api_role, "anna").json() == {"jti": jti, "status": "withdrawn", "was": "standing"}
    now = standing(jti)
    assert (now["status"], now["withdrawn_reason"]) == ("withdrawn", "It was filled by hand.")
    assert decide(jti).json()["codes"] == ["recommendation_withdrawn"]
    (row,) = audited("recommendation_withdrawn")
    assert (row["jti"], row["api_role"], row["alerts_given_back"]) == (jti, api_role, 1)
    assert not {"anna", "It was filled by hand."} & set(map(str, row.values()))


def test_what_was_accepted_can_be_withdrawn_and_its_decision_is_handed_out_no_more(given, decide, withdraw, standing):
    jti, _ = given()
    assert decide(jti).json()["token"]
    assert withdraw(jti).json()["was"] == "accepted"
    assert (standing(jti)["status"], standing(jti)["token"]) == ("withdrawn", None)


def test_its_alerts_go_back_to_the_budget(given, withdraw):
    jti, _ = given()
    with pytest.raises(BudgetSpentError):
        given(instance="another week")
    withdraw(jti)
    given(instance="another week")


def test_of_what_is_over_there_is_nothing_to_withdraw(given, decide, withdraw, audited):
    jti, _ = given()
    decide(jti, decision="dismiss", reason="No.")
    response = withdraw(jti)
    assert (response.status_code, response.json()["type"]) == (409, "urn:bellwether:problem:not-standing")
    assert response.json()["standing"] == "dismissed"
    assert audited("recommendation_withdrawn") == []


@pytest.mark.parametrize("api_role", ["resource_manager", "consultant", "auditor", "admin"])
def test_other_roles_withdraw_nothing(given, withdraw, api_role):
    jti, _ = given()
    assert withdraw(jti, api_role, "x").status_code == 403


def test_one_key_sent_many_times_at_once_withdraws_once(given, withdraw, audited):
    jti, _ = given()
    withdraw(uuid4(), key="warm")
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: withdraw(jti, key="k-1"), range(6)))
    assert {(answer.status_code, answer.content) for answer in answers} == {(200, answers[0].content)}
    assert len(audited("recommendation_withdrawn")) == 1


def test_an_accept_and_a_withdrawal_at_once_have_one_order(given, decide, withdraw, standing):
    jti, _ = given()
    with ThreadPoolExecutor(2) as pool:
        accepted, withdrawn = pool.submit(decide, jti), pool.submit(withdraw, jti)
        accepted, withdrawn = accepted.result(), withdrawn.result()
    assert withdrawn.status_code == 200
    assert withdrawn.json()["was"] == ("accepted" if accepted.status_code == 200 else "standing")
    assert standing(jti)["status"] == "withdrawn"


def test_subscribers_hear_of_it_once_in_its_own_transaction(given, withdraw, services):
    now = datetime.now(UTC)
    subscription = StoredSubscription(
        uuid4(), "engine-1", "orchestrator", "https://e.example.com/", ["bellwether.recommendation.withdrawn"], None,
        b"", None, None, True, now, now,
    )  # fmt: skip
    with services.engine.begin() as connection:
        insert_subscription(connection, subscription)
    jti, _ = given()
    for _ in range(2):
        withdraw(jti, key="k-1")
    assert withdraw(jti).status_code == 409
    with services.engine.connect() as connection:
        ((delivery_id, about),) = connection.execute(text("SELECT delivery_id, about FROM deliveries"))
        queued = connection.execute(text("SELECT workflow_uuid FROM dbos.workflow_status")).scalars().all()
    assert (str(about), queued) == (jti, [f"{delivery_id}:1"])
