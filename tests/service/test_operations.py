import re

import pytest
from sqlalchemy import text

from ledger.principals import create_key
from ledger.record import transaction
from models.catalog import TASKS
from service.readiness import Finding, Readiness
from service.wiring import assembled
from tests.service.conftest import NOW

LACKS = "no version has the alias champion"


class Standing:
    """Champions of some tasks."""

    def __init__(self, *tasks):
        self.tasks = tasks

    def get(self, task):
        return task if task in self.tasks else None

    def finding(self, task):
        return Finding(ok=True) if task in self.tasks else Finding(ok=False, why=LACKS)


@pytest.fixture
def ready_with(services, serving):
    """The status of ``/readyz``, and its parts by name, of a service with champions of these tasks alone."""

    def ask(*tasks):
        parts = services.settings, services.engine, services.gate, services.signing_keys, services.desk.committer
        with serving(assembled(*parts, Standing(*tasks), services.metrics)) as client:
            response = client.get("/readyz")
        found = response.json()
        assert found["ready"] == (response.status_code == 200)
        return response.status_code, {part["name"]: part for part in found["parts"]}

    return ask


def test_a_service_without_champion_is_alive_and_not_ready_and_says_why(client):
    assert client.get("/livez").json() == {"alive": True}
    response = client.get("/readyz")
    parts = {part["name"]: part for part in response.json()["parts"]}
    assert response.status_code == 503
    assert parts["database"] == {"name": "database", "ok": True, "needed": True, "why": None}
    assert parts["gate"]["ok"]
    assert (parts["champion"]["ok"], parts["champion"]["needed"]) == (False, True)
    for task in TASKS:
        name = f"champion {task}"
        assert parts[name] == {"name": name, "ok": False, "needed": False, "why": "not looked up yet"}


@pytest.mark.parametrize("task", TASKS)
def test_one_task_with_a_champion_is_enough_and_those_without_are_named(ready_with, task):
    status, parts = ready_with(task)
    assert status == 200
    assert [name for name, part in parts.items() if part["needed"]] == ["database", "audit", "gate", "champion"]
    lacking = {name: part["why"] for name, part in parts.items() if not part["ok"]}
    assert lacking == {f"champion {other}": LACKS for other in TASKS if other != task}


def test_no_champions_make_up_for_a_broken_audit_chain(ready_with, services):
    with transaction(services.engine, services.settings.home) as connection:
        create_key(connection, principal_id="ada", api_role="pmo", now=NOW)
    assert ready_with(*TASKS)[0] == 200
    with services.engine.begin() as connection:
        connection.execute(text("DELETE FROM audit"))
        connection.execute(text("UPDATE audit_head SET seq = 0"))
    status, parts = ready_with(*TASKS)
    assert status == 503
    assert [name for name, part in parts.items() if not part["ok"]] == ["audit"]


def test_ready_is_when_every_needed_part_is_and_a_failing_check_is_one_that_is_not():
    def broken():
        raise RuntimeError("row 17")

    well = {"a": lambda: Finding(ok=True, why="a remark")}
    assert Readiness.of(well, {}).ready
    assert Readiness.of(well, {"b": broken}).ready
    readiness = Readiness.of(well | {"b": broken}, {})
    assert not readiness.ready
    assert readiness.parts[1].why == "does not answer (RuntimeError, see the log)"


def test_metrics_count_requests_by_template(client):
    client.get("/livez")
    client.get("/secret/path")
    text = client.get("/metrics").text
    assert re.search(r'bellwether_request_seconds_count\{method="GET",route="/livez",status="200"\} 1.0', text)
    assert re.search(r'bellwether_request_seconds_count\{method="GET",route="\(none\)",status="404"\} 1.0', text)
    assert "secret" not in text


def test_metrics_name_the_version_that_serves_and_no_other(services, client):
    services.metrics.serves("missing_time", "1")
    services.metrics.serves("missing_time", "2")
    services.metrics.predicted("missing_time", 12)
    services.metrics.verdict("missing_time", "withheld", ("confidence_floor",))
    lines = client.get("/metrics").text.splitlines()
    assert [line for line in lines if line.startswith("bellwether_champion_info{")] == [
        'bellwether_champion_info{task="missing_time",version="2"} 1.0'
    ]
    assert 'bellwether_predictions_total{task="missing_time"} 12.0' in lines
    assert 'bellwether_verdicts_total{code="confidence_floor",outcome="withheld",task="missing_time"} 1.0' in lines


def test_the_public_keys_are_published_without_their_private_half(services, client):
    response = client.get("/.well-known/jwks.json")
    assert response.headers["content-type"] == "application/jwk-set+json"
    assert response.headers["cache-control"] == "public, max-age=300"
    assert [key["kid"] for key in response.json()["keys"]] == [key.kid for key in services.signing_keys.current.keys]
    assert "d" not in response.json()["keys"][0]
