"""``GET /v1/workflows``: everybody with a key reads what is governed, and how."""

from datetime import timedelta

import pytest
from pydantic import TypeAdapter

from ledger.principals import API_ROLES
from service.gate.drawing import draw
from service.gate.workflow import Workflow
from service.gate.workflow_files import load_workflows

SHIPPED = load_workflows()
ROUTES = ("/v1/workflows", "/v1/workflows/staffing")


@pytest.fixture
def reader(client, new_key):
    client.headers["Authorization"] = f"Bearer {new_key('auditor', 'ada')}"
    return client


@pytest.mark.parametrize("route", ROUTES)
def test_every_role_with_a_key_may_read_and_nobody_without_one(client, new_key, route):
    for api_role in API_ROLES:
        headers = {"Authorization": f"Bearer {new_key(api_role, api_role)}"}
        assert client.get(route, headers=headers).status_code == 200
    assert client.get(route).status_code == 401


def test_the_list_names_every_workflow_with_its_version_and_digest(reader, services):
    answer = reader.get("/v1/workflows").json()
    assert answer["policy_version"] == services.gate.current.policy_version
    assert [(each["name"], each["version"], each["digest"]) for each in answer["workflows"]] == [
        (name, SHIPPED.by_name[name].version, SHIPPED.files[name].digest) for name in sorted(SHIPPED.by_name)
    ]
    staffing = next(each for each in answer["workflows"] if each["name"] == "staffing")
    assert (staffing["purpose"], staffing["tasks"]) == ("staffing", ["staffing_risk"])
    assert staffing["steps"] == list(SHIPPED.by_name["staffing"].steps)


@pytest.mark.parametrize("name", SHIPPED.by_name)
def test_a_workflow_is_shown_whole_with_its_diagram(reader, services, name):
    answer = reader.get(f"/v1/workflows/{name}").json()
    workflow = SHIPPED.by_name[name]
    assert Workflow.model_validate(answer["workflow"]) == workflow
    assert (answer["digest"], answer["mermaid"]) == (SHIPPED.files[name].digest, draw(workflow))
    assert answer["policy_version"] == services.gate.current.policy_version
    assert set(answer["actions"]) == {action for step in workflow.steps.values() for action in step.actions}


def test_an_action_is_shown_with_its_terms_and_what_it_asks_for(reader):
    answer = reader.get("/v1/workflows/staffing").json()
    terms = answer["workflow"]["steps"]["escalated"]["actions"]["propose_contractor_search"]
    assert TypeAdapter(timedelta).validate_python(terms.pop("expires_in")) == timedelta(hours=24)
    assert terms == {
        "approver_role": "delivery_lead",
        "not": ["requester", "trainer", "promoter"],
        "approvals": 2,
        "confidence_floor": 0.6,
        "money_limits": {"EUR": 100_000.0, "USD": 110_000.0, "GBP": 85_000.0, "CHF": 100_000.0},
        "text": "Propose to ask procurement about a contractor for {request_id}, needed by {needed_by}.",
    }
    explained = answer["actions"]["propose_contractor_search"]
    assert (explained["kind"], explained["description"]) == (
        "propose",
        "Propose to ask procurement about a contractor.",
    )
    assert set(explained["params"]["properties"]) == {"request_id", "needed_by", "open_days"}


def test_a_workflow_that_nobody_governs_is_said_to_be_none(reader):
    response = reader.get("/v1/workflows/payroll")
    assert (response.status_code, response.json()["type"]) == (404, "urn:bellwether:problem:not-found")
    assert "expected one of approvals, margin_review" in response.json()["detail"]


@pytest.mark.parametrize("route", ["/v1/workflows", "/v1/workflows/{name}"])
def test_the_routes_are_in_the_openapi_document_with_an_example(reader, route):
    document = reader.get("/openapi.json").json()
    operation = document["paths"][route]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
    assert operation["summary"]
    assert "example" in document["components"]["schemas"][schema]
