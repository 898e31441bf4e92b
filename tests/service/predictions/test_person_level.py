"""Tasks about people's time are off until somebody answers for them, and then only where the record says."""

import json

import pytest
from sqlalchemy import text

from models.catalog import TASKS
from service.champions import Champion
from service.wiring import assembled
from tests.service.predictions.conftest import AS_OF, PURPOSE, Standing, asking
from training.dataset import Dataset
from training.fit import fit
from training.settings import parse_settings

PEOPLE = [task.name for task in TASKS.values() if task.person_level]
TAGS = {"trainer": "dana", "promoter": "paul", "calibrated": "true"}
SUBJECTS = {"missing_time": "p-17/2025-10-15", "unusual_time": "te-1"}


@pytest.fixture(scope="session")
def predictors(records, predictor):
    """One of each task about people, quickly fitted."""
    task = TASKS["unusual_time"]
    settings = parse_settings(task, {"trees": "10", "kind": "trees", "most_rows": "2000", "band_medium": "0.01"})
    known = Dataset.of(task, records, settings.outcome, settings.fit.most_rows)
    return {"missing_time": predictor, "unusual_time": fit(task, known, settings, str)}


@pytest.fixture
def asked(services, serving, new_key, predictors, records):
    """Asks each task about everything that is open, under some record of its use; the answer, and the audit row."""

    def ask(name, use, path="", **body):
        champions = Standing(**{name: Champion(name, "7", TAGS, predictors[name], "d1") for name in PEOPLE})
        settings = services.settings.model_copy(update={"person_level": use})
        parts = services.engine, services.gate, services.signing_keys, services.desk.committer
        with serving(assembled(settings, *parts, champions, services.metrics)) as client:
            client.headers["Authorization"] = f"Bearer {new_key()}"
            response = client.post(f"/v1/predictions/{name}{path}", json=asking(**body))
        with services.engine.connect() as connection:
            query = text("SELECT payload FROM audit WHERE kind IN ('answer', 'what_if') ORDER BY seq DESC LIMIT 1")
            row = connection.execute(query).scalar()
        return response, None if row is None else json.loads(row)

    return ask


@pytest.fixture
def ids(records):
    return {name: TASKS[name].open_at(records, AS_OF)["subject_id"].head(300).to_list() for name in PEOPLE}


def test_there_are_two_tasks_about_people():
    assert PEOPLE == ["missing_time", "unusual_time"]


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("path", ["", "/what-if"])
def test_without_the_record_nothing_is_said_of_people(asked, name, path):
    subject = SUBJECTS[name]
    body = {"id": subject, "changes": {"hours": 1}} if path else {"ids": [subject]}
    response, row = asked(name, None, path, **body)
    assert (response.status_code, response.json()["type"]) == (403, "urn:bellwether:problem:person-level-off")
    assert row is None
    assert subject not in response.text


@pytest.mark.parametrize("name", PEOPLE)
def test_with_the_record_it_recommends_in_the_workflows_that_it_covers(asked, ids, name):
    response, row = asked(name, PURPOSE, ids=ids[name])
    assert response.status_code == 200, response.text
    assert row["purpose_recorded"] is True
    assert "purpose_missing" not in codes(row)
    if name == "missing_time":
        assert any(said["recommended"] for said in row["predictions"])


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("path", ["", "/what-if"])
def test_in_a_workflow_that_the_record_does_not_cover_nothing_is_said_of_people(asked, name, path):
    elsewhere = PURPOSE.model_copy(update={"workflows": frozenset({"staffing"})})
    subject = SUBJECTS[name]
    body = {"id": subject, "changes": {"hours": 1}} if path else {"ids": [subject]}
    response, row = asked(name, elsewhere, path, **body)
    assert (response.status_code, response.json()["type"]) == (403, "urn:bellwether:problem:not-permitted")
    assert response.json()["codes"] == ["may_not_inform"]
    assert row is None
    assert subject not in response.text


def codes(row):
    return {code for verdict in row["verdicts"] for code in verdict["codes"]}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"ids": ["p-17/2025-10-15", "p-17/2025-10-15"]}, 422),
        ({"ids": ["p-17/never"]}, 422),
        ({"ids": ["p-17/2099-01-01"]}, 422),
        ({"ids": ["p-17-unheard-of/2025-10-15"]}, 422),
        ({"subjects": [{"subject_id": "p-17/2025-10-15", "snapshot": {"of": "p-17"}}]}, 422),
        ({"ids": ["p-17/2025-10-15"], "workflow": {"name": "p-17", "instance": "i", "step": "open"}}, 422),
    ],
)
def test_no_problem_document_and_no_line_of_the_log_names_a_person(engine_client, log, body, status):
    response = engine_client.post("/v1/predictions/missing_time", json=asking(**body))
    assert response.status_code == status
    assert "p-17" not in response.text
    assert "p-17" not in log.getvalue()
