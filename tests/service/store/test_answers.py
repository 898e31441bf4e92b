"""Answers, recommendations and responses are stored whole, and once."""

from uuid import uuid4

import pytest
import sqlalchemy as sa

from service.store.answers import (
    StoredResponse,
    insert_answer,
    recommendation,
    store_response,
    stored_response,
)
from service.store.errors import KeyTakenError

RESPONSE = StoredResponse("a1", 200, b'{"answer_id":"\x00\xff"}', "orchestrator")


def test_an_answer_is_stored_with_all_its_recommendations(connection, new_answer, new_recommendation):
    answer, given = new_answer(), [new_recommendation(f"P{number}/2026-03-02") for number in range(3)]
    insert_answer(connection, answer, given)
    assert connection.execute(sa.text("SELECT * FROM answers")).mappings().one() == vars(answer)
    assert [recommendation(connection, row.jti) for row in given] == given


def test_an_answer_may_hold_no_recommendation(connection, new_answer):
    insert_answer(connection, new_answer(), [])
    assert connection.execute(sa.text("SELECT count(*) FROM answers")).scalar_one() == 1


def test_an_unknown_recommendation_is_none(connection):
    assert recommendation(connection, uuid4()) is None


def test_an_answer_is_stored_once(connection, new_answer):
    answer = new_answer()
    insert_answer(connection, answer, [])
    with pytest.raises(sa.exc.IntegrityError):
        insert_answer(connection, answer, [])


def test_a_response_comes_back_to_the_byte(connection, now):
    store_response(connection, RESPONSE, principal_id="engine", route="/v1/x", key="k", now=now)
    assert stored_response(connection, principal_id="engine", route="/v1/x", key="k") == RESPONSE


@pytest.mark.parametrize(
    ("principal_id", "route", "key"), [("pmo", "/v1/x", "k"), ("engine", "/v1/y", "k"), ("engine", "/v1/x", "j")]
)
def test_a_key_is_of_one_principal_and_one_route(connection, now, principal_id, route, key):
    store_response(connection, RESPONSE, principal_id="engine", route="/v1/x", key="k", now=now)
    assert stored_response(connection, principal_id=principal_id, route=route, key=key) is None
    store_response(connection, RESPONSE, principal_id=principal_id, route=route, key=key, now=now)


def test_a_key_is_not_taken_twice(connection, now):
    store_response(connection, RESPONSE, principal_id="engine", route="/v1/x", key="k", now=now)
    with pytest.raises(KeyTakenError) as refused:
        store_response(connection, RESPONSE, principal_id="engine", route="/v1/x", key="k", now=now)
    assert refused.value.route == "/v1/x"
    assert stored_response(connection, principal_id="engine", route="/v1/x", key="k") == RESPONSE
