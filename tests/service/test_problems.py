import json

import pytest

MARKER = "Zanzibar-4711"
GOOD = {"subjects": [{"hours": 8}]}
JSON = {"Content-Type": "application/json"}


def _toy(*subjects, **more):
    return json.dumps({"subjects": list(subjects), **more})


BAD_REQUESTS = [
    # name, body, status, slug, field, row
    ("bad JSON", '{"subjects": [', 400, "malformed-json", None, None),
    ("bad JSON that quotes", f'{{"{MARKER}"', 400, "malformed-json", None, None),
    ("not UTF-8", b"\xff\xfe\xfa", 400, "bad-request", None, None),
    ("a list for an object", "[1]", 422, "malformed-input", "", None),
    ("no body", "", 422, "malformed-input", "", None),
    ("missing field", "{}", 422, "malformed-input", "subjects", None),
    ("empty list", _toy(), 422, "malformed-input", "subjects", None),
    ("unknown field", _toy({"hours": 1}, mood=MARKER), 422, "malformed-input", "mood", None),
    ("wrong type", _toy({"hours": 1}, {"hours": MARKER}), 422, "malformed-input", "subjects.hours", 1),
    ("out of range", _toy({"hours": 1}, {"hours": 471199}), 422, "malformed-input", "subjects.hours", 1),
    ("not one of", _toy({"hours": 1, "mood": MARKER}), 422, "malformed-input", "subjects.mood", 0),
    ("own validator", _toy({"hours": 1, "note": MARKER}), 422, "malformed-input", "subjects.note", 0),
    ("unknown in a row", _toy({"hours": 1, "age": MARKER}), 422, "malformed-input", "subjects.age", 0),
    ("no zone", _toy({"hours": 1}, as_of="2026-03-02T09:00:00"), 422, "malformed-input", "as_of", None),
    ("null in a row", _toy(None), 422, "malformed-input", "subjects", 0),
    ("NaN", '{"subjects": [{"hours": NaN}]}', 422, "malformed-input", "subjects.hours", 0),
    ("deep nesting", "[" * 100_000, 400, "bad-request", None, None),
    ("endless integer", _toy({"hours": 1})[:-3] + "9" * 5000 + "}]}", 400, "bad-request", None, None),
    ("NUL", _toy({"hours": 1, "note": "a\0b"}), 422, "malformed-input", "subjects.note", 0),
    ("NUL in a name", _toy({"hours": 1, "a\0b": 1}), 422, "malformed-input", "subjects", 0),
    ("deep and wrong", _toy({"hours": json.loads("[" * 500 + "]" * 500)}), 422, "malformed-input", "subjects.hours", 0),
    ("lone surrogate in a name", '{"\\udfff": 1}', 422, "malformed-input", "", None),
    ("lone surrogate", '{"subjects": [{"hours": 1, "note": "\\ud800"}]}', 422, "malformed-input", "subjects.note", 0),
]


@pytest.mark.parametrize("case", BAD_REQUESTS, ids=[case[0] for case in BAD_REQUESTS])
def test_a_bad_body_is_answered_with_its_field_and_row(toy_client, log, case):
    _, body, status, slug, field, row = case
    response = toy_client.post("/v1/toys", content=body, headers=JSON)
    document = response.json()
    assert (response.status_code, document["type"]) == (status, f"urn:bellwether:problem:{slug}")
    assert response.headers["content-type"] == "application/problem+json"
    assert document["request_id"] == response.headers["x-request-id"]
    if field is not None:
        assert (document["errors"][0]["field"], document["errors"][0].get("row")) == (field, row)
        assert document["errors"][0]["expected"]
    assert MARKER not in response.text
    assert "471199" not in response.text
    assert MARKER not in log.getvalue()


@pytest.mark.parametrize(
    "case",
    [
        ("GET", "/v1/nothing", 404, "not-found"),
        ("GET", "/docs", 404, "not-found"),
        ("GET", f"/v1/{MARKER}", 404, "not-found"),
        ("GET", "/v1/toys", 405, "method-not-allowed"),
        ("DELETE", "/livez", 405, "method-not-allowed"),
        ("BREW", "/livez", 405, "method-not-allowed"),
        ("POST", f"/v1/toys?times={MARKER}", 422, "malformed-input"),
        ("POST", "/v1/faults/database", 503, "not-ready"),
        ("POST", "/v1/faults/bug", 500, "unexpected"),
    ],
)
def test_every_failure_is_a_problem_document(toy_client, log, case):
    method, path, status, slug = case
    response = toy_client.request(method, path, json=GOOD)
    assert (response.status_code, response.json()["type"]) == (status, f"urn:bellwether:problem:{slug}")
    assert response.headers["content-type"] == "application/problem+json"
    assert MARKER not in response.text + log.getvalue()


def test_a_fault_tells_the_caller_only_the_request_id_and_the_log_the_place_but_no_row(toy_client, log):
    response = toy_client.post("/v1/faults/bug", json={"subjects": [{"hours": 7.125}]})
    assert set(response.json()) == {"type", "title", "status", "detail", "request_id"}
    logged = [json.loads(line) for line in log.getvalue().splitlines()]
    fault = next(line for line in logged if line["event"] == "unexpected fault")
    assert fault["request_id"] == response.json()["request_id"]
    assert fault["exception"][0] == "RuntimeError"
    assert fault["exception"][-1].endswith("in fail")
    assert "7.125" not in log.getvalue() + response.text


def test_not_more_than_a_hundred_errors_are_listed_and_all_are_counted(toy_client):
    document = toy_client.post("/v1/toys", json={"subjects": [{"hours": -1}] * 1000}).json()
    assert (len(document["errors"]), document["count"]) == (100, 1000)


def test_the_document_declares_its_problems(toy_client):
    responses = toy_client.get("/openapi.json").json()["paths"]["/v1/toys"]["post"]["responses"]
    assert set(responses) == {"200", "400", "401", "403", "413", "422", "500", "503"}
    assert list(responses["422"]["content"]) == ["application/problem+json"]
