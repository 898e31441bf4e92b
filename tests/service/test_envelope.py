import json

import pytest


def _lines(log):
    return [json.loads(line) for line in log.getvalue().splitlines()]


@pytest.mark.parametrize("given", ["abc", "A-1_2.3", "x" * 64])
def test_a_sane_request_id_comes_back(client, given):
    assert client.get("/livez", headers={"X-Request-Id": given}).headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", 'a"b', "../../etc", "a\tb"])
def test_any_other_request_id_is_replaced(client, given):
    returned = client.get("/livez", headers={"X-Request-Id": given}).headers["x-request-id"]
    assert returned != given
    assert len(returned) == 32


@pytest.mark.parametrize("path", ["/livez", "/nothing"])
def test_every_response_has_the_security_headers(client, path):
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["cache-control"] == "no-store"


def test_the_log_has_a_line_a_request_with_its_template_and_principal_and_nothing_that_was_sent(toy_client, log):
    marker = "Zanzibar-4711"
    toy_client.post(
        f"/v1/toys?times=3&secret={marker}", json={"subjects": [{"hours": 6.875}]}, headers={"X-Other": marker}
    )
    toy_client.post(f"/v1/faults/{marker}", json={"subjects": [{"hours": 6.875}]})
    lines = [line for line in _lines(log) if line["event"] == "request"]
    assert [(line["method"], line["route"], line["status"], line["principal"]) for line in lines] == [
        ("POST", "/v1/toys", 200, "engine-1"),
        ("POST", "/v1/faults/{kind}", 500, "engine-1"),
    ]
    assert all(line["request_id"] and line["ms"] >= 0 for line in lines)
    key = toy_client.headers["Authorization"].removeprefix("Bearer ")
    for secret in (marker, "6.875", key):
        assert secret not in log.getvalue()
