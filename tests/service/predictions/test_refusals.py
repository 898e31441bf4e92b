"""What an engine gets when something is wrong: a problem document that says what, and never a 500."""

from dataclasses import replace

from sqlalchemy import text

from tests.service.predictions.conftest import TASK, Standing, asking

ROUTE = "/v1/predictions/missing_time"
PLACE = asking()["workflow"]
NOBODY = "no-such-person/2025-10-15"
KNOWN = "p-01/2025-10-15"

BAD_BODIES = [
    ("wrong type of ids", asking(ids="p-01/2025-10-15"), 422, "malformed-input", "ids"),
    ("wrong type of one id", asking(ids=[KNOWN, 7]), 422, "malformed-input", "ids"),
    ("no subjects at all", asking(), 422, "malformed-input", "ids or subjects"),
    ("both ids and subjects", asking(ids=[KNOWN], subjects=[]), 422, "malformed-input", "subjects"),
    ("an empty list", asking(ids=[]), 422, "malformed-input", "ids"),
    ("an unknown field", asking(ids=[KNOWN], why="?"), 422, "malformed-input", "why"),
    ("a malformed id", asking(ids=[KNOWN, "p-01"]), 422, "malformed-input", "person_id/YYYY-MM-DD"),
    ("an unknown person", asking(ids=[KNOWN, NOBODY]), 422, "unknown-id", "row 1"),
    ("the same subject twice", asking(ids=[KNOWN, KNOWN]), 422, "malformed-input", "not already in this call"),
    ("a day to come", asking(ids=["p-01/2025-10-17"]), 422, "malformed-input", "not begun"),
    ("a day long past", asking(ids=["p-01/2025-09-01"]), 422, "malformed-input", "already closed"),
    ("as_of in the future", asking(ids=[KNOWN], as_of="2999-01-01T00:00:00Z"), 422, "malformed-input", "as_of"),
    ("as_of without a zone", asking(ids=[KNOWN], as_of="2025-10-16T10:00:00"), 422, "malformed-input", "as_of"),
    ("unknown workflow", asking(ids=[KNOWN], workflow=PLACE | {"name": "x"}), 422, "malformed-input", "workflow.name"),
    ("unknown step", asking(ids=[KNOWN], workflow=PLACE | {"step": "x"}), 422, "malformed-input", "workflow.step"),
    ("10,001 subjects", asking(ids=[f"p/{n}" for n in range(10_001)]), 413, "too-many-subjects", "10,000"),
    ("an empty snapshot", asking(subjects=[{"subject_id": KNOWN, "snapshot": {}}]), 422, "malformed-input", "weekday"),
]  # fmt: skip


def test_a_bad_body_is_refused_by_name(engine_client, subtests):
    for name, body, status, slug, said in BAD_BODIES:
        with subtests.test(name):
            response = engine_client.post(ROUTE, json=body)
            assert (response.status_code, response.json()["type"]) == (status, f"urn:bellwether:problem:{slug}")
            assert said in response.text


def test_bad_fields_of_a_snapshot_are_named_with_their_row(engine_client, snapshots):
    good = {name: snapshots.row(0, named=True)[name] for name in TASK.snapshot.model_fields}
    wrong = good | {"weekday": 9, "known_hours": "many", "shoe_size": 44}
    response = engine_client.post(
        ROUTE,
        json=asking(
            subjects=[{"subject_id": KNOWN, "snapshot": good}, {"subject_id": "p-02/2025-10-15", "snapshot": wrong}]
        ),
    )
    errors = response.json()["errors"]
    assert response.status_code == 422
    assert {error["field"] for error in errors} == {
        "subjects.snapshot.weekday", "subjects.snapshot.known_hours", "subjects.snapshot.shoe_size",
    }  # fmt: skip
    assert {error["row"] for error in errors} == {1}


def test_broken_json_is_a_400(engine_client):
    response = engine_client.post(ROUTE, content=b'{"ids": [', headers={"Content-Type": "application/json"})
    assert (response.status_code, response.json()["type"]) == (400, "urn:bellwether:problem:malformed-json")


def test_twenty_megabytes_are_refused(engine_client):
    response = engine_client.post(ROUTE, content=b" " * 20_000_000, headers={"Content-Type": "application/json"})
    assert (response.status_code, response.json()["type"]) == (413, "urn:bellwether:problem:too-large")


def test_an_unknown_task_is_told_which_there_are(engine_client):
    response = engine_client.post("/v1/predictions/weather", json=asking(ids=[KNOWN]))
    assert response.status_code == 404
    assert "missing_time" in response.json()["detail"]


def test_only_engines_ask_for_predictions(client, new_key, subtests):
    for api_role in ("pmo", "consultant", "admin", "auditor"):
        with subtests.test(api_role):
            key = new_key(api_role, "somebody")
            response = client.post(ROUTE, json=asking(ids=[KNOWN]), headers={"Authorization": f"Bearer {key}"})
            assert (response.status_code, response.json()["type"]) == (403, "urn:bellwether:problem:not-allowed")


def test_nobody_is_answered_without_a_champion(services, serving, new_key):
    refused = _asked_of(replace(services, champions=Standing()), serving, new_key)
    assert (refused.status_code, refused.json()["missing"]) == (503, "champion")


def test_a_person_level_task_is_off_until_its_purpose_is_recorded(services, serving, new_key):
    settings = services.settings.model_copy(update={"person_level": None})
    refused = _asked_of(replace(services, settings=settings), serving, new_key)
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:bellwether:problem:person-level-off")


def test_an_uncalibrated_champion_informs_and_does_not_recommend(services, champion, serving, new_key, snapshots):
    told = replace(champion, tags=dict(champion.tags) | {"calibrated": "false"})
    answer = _asked_of(
        replace(services, champions=Standing(missing_time=told)), serving, new_key, snapshots["subject_id"].to_list()
    ).json()
    assert not any(prediction["recommendations"] for prediction in answer["predictions"])
    codes = {said["code"] for prediction in answer["predictions"] for said in prediction["withheld"]}
    assert "model_uncalibrated" in codes


def test_no_audit_row_no_answer(engine_client, services, snapshots):
    with services.engine.begin() as connection:
        connection.execute(text("DELETE FROM audit_head"))
    refused = engine_client.post(ROUTE, json=asking(ids=[snapshots["subject_id"][0]]))
    assert (refused.status_code, refused.json()["missing"]) == (503, "audit")
    with services.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM answers")).scalar_one() == 0


def test_openapi_holds_the_snapshot_with_units_and_bounds(client):
    document = client.get("/openapi.json").json()
    field = document["components"]["schemas"]["MissingTimeSnapshot"]["properties"]["missed_share_5"]
    assert field["unit"] == "share"
    assert "without an entry" in field["description"]
    assert document["openapi"].startswith("3.1")


def _asked_of(services, serving, new_key, ids=(KNOWN,)):
    with serving(services) as client:
        client.headers["Authorization"] = f"Bearer {new_key()}"
        return client.post(ROUTE, json=asking(ids=list(ids)))
