"""The service over HTTP, which may send into this machine."""

from uuid import uuid4

import pytest

from service.outgoing.delivering import attempt
from service.store.deliveries import page_of
from service.wiring import postman
from tests.service.outgoing.conftest import received

TYPES = ["bellwether.exception.opened", "bellwether.recommendation.withdrawn"]


@pytest.fixture
def settings(settings):
    webhooks = settings.webhooks.model_validate({"allow_private": ["127.0.0.0/8"], "retry_seconds": [1]})
    return settings.model_copy(update={"webhooks": webhooks})


@pytest.fixture
def receiver():
    with received() as receiver:
        yield receiver


@pytest.fixture
def call(client, new_key):
    """A call by somebody, an engine unless it is said otherwise; the response."""
    keys = {}

    def send(method, path, body=None, *, by="engine-1", api_role="orchestrator", key=None):
        keys.setdefault((api_role, by), new_key(api_role, by))
        headers = {"Authorization": f"Bearer {keys[api_role, by]}"}
        if method == "POST":
            headers["Idempotency-Key"] = key or uuid4().hex
        return client.request(method, f"/v1/subscriptions{path}", json=body, headers=headers)

    return send


@pytest.fixture
def deliver(services, settings):
    """Carries out what waits for a subscription, as a worker does."""
    carrier = postman(settings)

    def run(subscription_id, *, now):
        with services.engine.connect() as connection:
            waiting = page_of(connection, subscription_id, status=None, before=None, limit=100)
        for each in waiting:
            attempt(services.engine, carrier, each.delivery_id, now=now)

    return run
