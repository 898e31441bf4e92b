"""Subscriptions over HTTP: whose they are, what they refuse, and that a secret is shown once and lies nowhere."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from standardwebhooks import Webhook

from service.outgoing.subscribing import MOST_A_PRINCIPAL
from tests.service.subscriptions.conftest import TYPES

TEXTS = text("""
    SELECT table_schema, table_name, column_name FROM information_schema.columns
    WHERE table_schema IN ('public', 'dbos') AND data_type IN ('text', 'jsonb', 'bytea')
""")


@pytest.fixture
def mine(call, receiver):
    """A subscription of the engine's to the receiver, as it was answered."""
    response = call("POST", "", {"url": receiver.url, "types": TYPES, "description": "ours"})
    assert response.status_code == 201, response.text
    return response.json()


@pytest.fixture
def audited(services):
    def rows():
        with services.engine.connect() as connection:
            found = connection.execute(text("SELECT kind, payload FROM audit ORDER BY seq")).all()
        return [(row.kind, json.loads(row.payload)) for row in found if row.kind.startswith(("subscr", "deliveries"))]

    return rows


def test_from_subscribing_to_deleting(call, mine, receiver, deliver, audited):
    place, now = f"/{mine['subscription_id']}", datetime.now(UTC)
    assert (mine["url"], mine["types"], mine["active"]) == (receiver.url, TYPES, True)
    assert mine["secret"].startswith("whsec_")

    assert call("POST", f"{place}/test").status_code == 202
    deliver(mine["subscription_id"], now=now)
    ((_, headers, body),) = receiver.got
    assert json.loads(body)["type"] == "bellwether.subscription.tested"
    Webhook(mine["secret"]).verify(body, headers)

    rotated = call("POST", f"{place}/secret").json()
    assert rotated["secret"] not in {mine["secret"], None}
    assert datetime.fromisoformat(rotated["former_secret_until"]) - now > timedelta(hours=23)
    call("POST", f"{place}/test")
    deliver(mine["subscription_id"], now=now)
    for secret in (mine["secret"], rotated["secret"]):
        Webhook(secret).verify(receiver.got[-1][2], receiver.got[-1][1])

    changed = call("PATCH", place, {"types": TYPES[:1], "description": None}).json()
    assert (changed["types"], changed["description"], changed["url"]) == (TYPES[:1], None, receiver.url)
    found = call("GET", place).json()
    assert found["deliveries"] == {"pending": 0, "delivered": 2, "dead": 0}
    assert "secret" not in found
    assert [each["subscription_id"] for each in call("GET", "").json()["subscriptions"]] == [mine["subscription_id"]]

    assert call("DELETE", place).json()["deleted"] is True
    assert call("GET", place).status_code == call("DELETE", place).status_code == 404
    assert [kind for kind, _ in audited()] == [
        "subscription_created", "subscription_tested", "subscription_secret_rotated", "subscription_tested",
        "subscription_changed", "subscription_deleted",
    ]  # fmt: skip
    told = json.dumps(audited())
    assert not [each for each in ("engine-1", "/hook", "whsec_", mine["secret"], rotated["secret"]) if each in told]


def test_dead_letters_are_listed_and_replayed_one_or_all(call, mine, receiver, deliver):
    place, now = f"/{mine['subscription_id']}", datetime.now(UTC)
    receiver.script = [(500, {})] * 6
    ids = [call("POST", f"{place}/test").json()["delivery_id"] for _ in range(3)]
    for _ in range(2):  # the settings of these tests know two attempts
        deliver(mine["subscription_id"], now=now)
    dead = call("GET", f"{place}/deliveries?status=dead&limit=2").json()
    rest = call("GET", f"{place}/deliveries?status=dead&limit=2&before={dead['next_before']}").json()
    assert [each["delivery_id"] for each in dead["deliveries"] + rest["deliveries"]] == ids[::-1]
    assert {(each["attempts"], each["last_status"], each["last_error"]) for each in dead["deliveries"]} == {
        (2, 500, "status 500")
    }
    assert rest["next_before"] is None

    one = f"{place}/deliveries/{ids[0]}/replay"
    assert call("POST", one, key="k-1").json() == {"replayed": 1}
    assert call("POST", one, key="k-1").json() == {"replayed": 1}  # the same call, carried out once
    assert call("POST", one).status_code == 409
    assert call("POST", f"{place}/deliveries/{uuid4()}/replay").status_code == 409
    assert call("POST", f"{place}/deliveries/replay").json() == {"replayed": 2}
    assert call("POST", f"{place}/deliveries/replay").json() == {"replayed": 0}
    deliver(mine["subscription_id"], now=now)
    assert call("GET", place).json()["deliveries"] == {"pending": 0, "delivered": 3, "dead": 0}
    assert len({headers["webhook-id"] for _, headers, _ in receiver.got}) == 3


def test_a_secret_lies_nowhere_and_a_repeated_call_does_not_show_it_again(call, services, receiver, log):
    body = {"url": receiver.url, "types": TYPES}
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: call("POST", "", body, key="k-1"), range(4)))
    assert {answer.status_code for answer in answers} == {201}
    (new,) = {answer.json()["subscription_id"] for answer in answers}
    rotated = call("POST", f"/{new}/secret", key="k-2").json()["secret"]
    assert call("POST", f"/{new}/secret", key="k-2").json()["secret"] is None
    secrets = [answer.json()["secret"] for answer in answers if answer.json()["secret"] is not None]
    assert len(secrets) == 1
    for secret in (rotated, *secrets):
        assert secret not in log.getvalue()
        with services.engine.connect() as connection:
            for schema, table, column in connection.execute(TEXTS).all():
                cell = f"convert_from({column}, 'UTF8')" if column == "response" else f'CAST("{column}" AS text)'
                query = text(f'SELECT count(*) FROM {schema}."{table}" WHERE strpos({cell}, :secret) > 0')
                assert connection.execute(query, {"secret": secret}).scalar_one() == 0, (table, column)


REFUSED = [
    ({"url": "https://10.0.0.1/", "types": TYPES}, "url"),
    ({"url": "https://169.254.169.254/latest", "types": TYPES}, "url"),
    ({"url": "http://8.8.8.8/", "types": TYPES}, "url"),
    ({"url": "https://me:pw@8.8.8.8/", "types": TYPES}, "url"),
    ({"url": "nowhere", "types": TYPES}, "url"),
    ({"url": "https://8.8.8.8/", "types": []}, "types"),
    ({"url": "https://8.8.8.8/", "types": ["bellwether.subscription.tested"]}, "types"),
    ({"url": "https://8.8.8.8/", "types": TYPES, "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}, "secret"),
    ({"types": TYPES}, "url"),
]


def test_what_cannot_be_subscribed_with_is_refused_by_field(call):
    for body, field in REFUSED:
        response = call("POST", "", body)
        document = response.json()
        assert (response.status_code, document["type"]) == (422, "urn:bellwether:problem:malformed-input"), body
        assert {error["field"].split(".")[0] for error in document["errors"]} == {field}
        assert "pw" not in response.text


def test_what_is_changed_is_held_to_the_same_rules(call, mine):
    place = f"/{mine['subscription_id']}"
    for body in ({"url": "https://127.0.0.1.nip/"}, {"url": None}, {"types": []}, {"active": "no"}, {}):
        assert call("PATCH", place, body).status_code == 422, body
    assert call("PATCH", place, {"active": False}).json()["active"] is False
    assert call("GET", place).json()["url"] == mine["url"]


def test_everybody_has_their_own_and_an_admin_all_but_no_secret(call, mine):
    place = f"/{mine['subscription_id']}"
    others = [("GET", place), ("PATCH", place), ("DELETE", place), ("GET", f"{place}/deliveries")]
    others += [("POST", f"{place}/{end}") for end in ("secret", "test", "deliveries/replay")]
    for method, path in others:
        body = {"active": False} if method == "PATCH" else None
        assert call(method, path, body, by="engine-2").status_code == 404, (method, path)
        assert call(method, path, body, by="petra", api_role="pmo").status_code == 403, (method, path)
    assert call("GET", "", by="engine-2").json() == {"subscriptions": []}
    assert len(call("GET", "", by="ada", api_role="admin").json()["subscriptions"]) == 1
    assert call("POST", f"{place}/secret", by="ada", api_role="admin").status_code == 403
    assert call("POST", "", {"url": mine["url"], "types": TYPES}, by="ada", api_role="admin").status_code == 403
    assert call("PATCH", place, {"active": False}, by="ada", api_role="admin").json()["active"] is False


def test_a_principal_has_so_many_and_no_more(call, mine, services):
    with services.engine.begin() as connection:
        columns = "principal_id, api_role, url, types, secret, active, created_at, changed_at"
        connection.execute(
            text(f"""
                INSERT INTO subscriptions (subscription_id, {columns})
                SELECT gen_random_uuid(), {columns} FROM subscriptions, generate_series(2, {MOST_A_PRINCIPAL})
            """)
        )
    assert call("POST", "", {"url": mine["url"], "types": TYPES}).status_code == 409
