"""A delivery from its first attempt until it arrived or is dead."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from standardwebhooks import Webhook

from service.outgoing.announcing import keep
from service.outgoing.delivering import attempt
from service.outgoing.messages import Message
from service.outgoing.secret_box import FILE, SecretBox, new_secret
from service.store.deliveries import DeliveryStatus, delivery, revive
from service.store.subscriptions import subscription

BODY = '{"id": "1"}'
UNAVAILABLE = (503, {})


@pytest.fixture
def due(engine, now, subscribe, receiver):
    """Keeps a delivery to the receiver, or to a subscription of the test's own; its id."""

    def make(to=None):
        to = to or subscribe(receiver.url)[0]
        with engine.begin() as connection:
            (delivery_id,) = keep(connection, [(to.subscription_id, Message("t", uuid4(), BODY))], now)
        return delivery_id

    return make


@pytest.fixture
def stored(engine):
    def get(delivery_id):
        with engine.connect() as connection:
            return delivery(connection, delivery_id)

    return get


@pytest.fixture
def tried(engine, postman, stored):
    """Tries until it is settled, each time when it is due; the instants of all attempts and the delivery."""

    def run(delivery_id, now, by=None):
        instants = []
        while now is not None:
            instants.append(now)
            now = attempt(engine, by or postman, delivery_id, now=now)
        return instants, stored(delivery_id)

    return run


def test_it_arrives_after_failures_with_one_id_and_a_new_signature_each_time(due, tried, subscribe, receiver, now):
    to, secret = subscribe(receiver.url)
    receiver.script = [UNAVAILABLE, (302, {"Location": "/"})]
    delivery_id = due(to)
    instants, settled = tried(delivery_id, now)
    assert (settled.status, settled.attempts, settled.last_status) == (DeliveryStatus.DELIVERED, 3, 204)
    assert (settled.next_at, settled.last_error, settled.settled_at) == (None, None, instants[-1])
    assert {(got["webhook-id"], body) for _, got, body in receiver.got} == {(str(delivery_id), BODY)}
    assert [got["webhook-timestamp"] for _, got, _ in receiver.got] == [str(int(at.timestamp())) for at in instants]
    _, first, body = receiver.got[0]
    Webhook(secret).verify(body, first)


def test_after_ten_failures_over_three_days_it_is_dead_and_a_replay_begins_anew(  # noqa: PLR0917 - fixtures
    engine, due, tried, stored, receiver, now, log
):
    receiver.script = [UNAVAILABLE] * 11
    delivery_id = due()
    instants, dead = tried(delivery_id, now)
    assert (dead.status, dead.attempts, dead.last_error) == (DeliveryStatus.DEAD, 10, "status 503")
    assert timedelta(days=3) < instants[-1] - instants[0] < timedelta(days=4)
    assert str(delivery_id) in log.getvalue()
    assert "127.0.0.1" not in log.getvalue()
    with engine.begin() as connection:
        later = instants[-1] + timedelta(days=9)
        assert revive(connection, dead.subscription_id, delivery_id=None, limit=9, now=later) == [delivery_id]
    instants, arrived = tried(delivery_id, later)
    assert (arrived.status, arrived.attempts, len(instants)) == (DeliveryStatus.DELIVERED, 12, 2)
    assert instants[1] - instants[0] <= timedelta(seconds=6)
    assert len({got["webhook-id"] for _, got, _ in receiver.got}) == 1


def test_a_receiver_is_left_alone_as_long_as_it_asks(engine, postman, due, receiver, now):
    receiver.script = [(429, {"Retry-After": "3600"})]
    assert attempt(engine, postman, due(), now=now) == now + timedelta(hours=1)


def test_gone_ends_the_subscription_and_what_waits_for_it_is_dead_and_sent_nowhere(  # noqa: PLR0917 - fixtures
    engine, postman, due, stored, subscribe, receiver, now
):
    to, _ = subscribe(receiver.url)
    receiver.script = [(410, {})]
    first, second = due(to), due(to)
    assert attempt(engine, postman, first, now=now) is None
    assert attempt(engine, postman, second, now=now) is None
    assert (stored(first).status, stored(first).last_error) == (DeliveryStatus.DEAD, "status 410")
    assert (stored(second).status, stored(second).last_error) == (DeliveryStatus.DEAD, "the subscription is not active")
    assert len(receiver.got) == 1
    with engine.connect() as connection:
        assert not subscription(connection, to.subscription_id, principal_id=None).active
        kinds = connection.execute(
            text("SELECT kind FROM audit WHERE CAST(payload AS jsonb) ->> 'subscription_id' = :id"),
            {"id": str(to.subscription_id)},
        )
        assert kinds.scalars().all() == ["subscription_ended"]


def test_what_is_settled_made_already_or_not_there_is_not_sent_again(engine, postman, due, receiver, now):
    delivery_id = due()
    receiver.script = [UNAVAILABLE]
    again = attempt(engine, postman, delivery_id, now=now, number=1)
    assert attempt(engine, postman, delivery_id, now=now, number=1) == again
    assert len(receiver.got) == 1
    assert attempt(engine, postman, delivery_id, now=again, number=2) is None
    assert attempt(engine, postman, delivery_id, now=again, number=3) is None
    assert attempt(engine, postman, uuid4(), now=now) is None
    assert len(receiver.got) == 2


def test_a_former_secret_signs_along_until_its_time_is_over(  # noqa: PLR0917 - fixtures
    engine, postman, due, subscribe, receiver, now
):
    former = new_secret()
    to, secret = subscribe(receiver.url, former=former)
    for later, signers in [(timedelta(minutes=59), [secret, former]), (timedelta(minutes=61), [secret])]:
        receiver.got.clear()
        attempt(engine, postman, due(to), now=now + later)
        _, got, body = receiver.got[0]
        expected = [Webhook(each).sign(got["webhook-id"], now + later, body) for each in signers]
        assert got["webhook-signature"].split() == expected


def test_without_the_key_of_the_secrets_nothing_is_sent_and_it_is_said_what_to_do(  # noqa: PLR0917 - fixtures
    engine, postman, due, stored, receiver, home, now
):
    delivery_id = due()
    (home / FILE).unlink()
    assert attempt(engine, replace(postman, box=SecretBox.at(home)), delivery_id, now=now) > now
    assert stored(delivery_id).last_error == "the secret cannot be read; rotate it"
    assert receiver.got == []
