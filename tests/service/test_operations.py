import re

from service.readiness import Finding, Readiness


def test_a_service_without_champion_is_alive_and_not_ready_and_says_why(client):
    assert client.get("/livez").json() == {"alive": True}
    response = client.get("/readyz")
    parts = {part["name"]: part for part in response.json()["parts"]}
    assert response.status_code == 503
    assert parts["database"] == {"name": "database", "ok": True, "why": None}
    assert parts["gate"]["ok"]
    assert parts["champion missing_time"] == {
        "name": "champion missing_time",
        "ok": False,
        "why": "not looked up yet",
    }


def test_ready_is_when_every_part_is_and_a_failing_check_is_one_that_is_not():
    def broken():
        raise RuntimeError("row 17")

    assert Readiness.of({"a": lambda: Finding(ok=True, why="a remark")}).ready
    readiness = Readiness.of({"a": lambda: Finding(ok=True), "b": broken})
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
    assert [key["kid"] for key in response.json()["keys"]] == [services.signing_keys.signing.kid]
    assert "d" not in response.json()["keys"][0]
