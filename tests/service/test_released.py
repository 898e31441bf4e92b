"""What a judged route sends is what the gate released for the caller, or nothing."""

import json

import pytest
from fastapi.responses import JSONResponse, PlainTextResponse

from service.api.access import ACCESS, Judged, Route
from service.api.auth import guarded_router
from service.api.dependencies import Caller, UsedServices
from service.api.released import ReleasedResponse
from service.app import ROUTERS
from service.gate.released import release

SECRET = {"probability": 0.7312345}
toys = guarded_router()


def _released_to(services, principal_id, api_role, said=SECRET):
    return release(lambda _: said, services.gate.current.reader(principal_id, api_role))


def _changed(response):
    response.body = json.dumps(SECRET).encode()
    return response


class Wider(ReleasedResponse):
    """Whatever else it may do."""


SMUGGLED = {
    "a response of its own": lambda _: JSONResponse(SECRET),
    "a plain value": lambda _: SECRET,
    "what was released for somebody else": lambda services: ReleasedResponse(_released_to(services, "pia", "pmo")),
    "what was released for another role": lambda services: ReleasedResponse(_released_to(services, "engine-1", "pmo")),
    "a released response that was changed": lambda services: _changed(
        ReleasedResponse(_released_to(services, "engine-1", "orchestrator", {}))
    ),
    "a class of its own": lambda services: Wider(_released_to(services, "engine-1", "orchestrator")),
    "something that nobody released": lambda _: ReleasedResponse(PlainTextResponse("0.7312345")),
}


@toys.get("/v1/smuggled/{how}", response_model=None)
def smuggle(how: str, services: UsedServices, caller: Caller):
    return SMUGGLED[how](services)


@toys.get("/v1/released", response_model=None)
def tell(services: UsedServices, caller: Caller):
    return ReleasedResponse(_released_to(services, caller.principal_id, caller.api_role))


TOY_ACCESS = ACCESS | {
    Route("GET", "/v1/smuggled/{how}"): Judged({"orchestrator"}),
    Route("GET", "/v1/released"): Judged({"orchestrator", "pmo"}),
}


@pytest.fixture
def toy_client(serving, new_key):
    with serving(routers=(*ROUTERS, toys), access=TOY_ACCESS) as client:
        client.headers["Authorization"] = f"Bearer {new_key()}"
        yield client


@pytest.mark.parametrize("how", SMUGGLED)
def test_what_was_not_released_is_a_fault_and_not_sent(toy_client, log, how):
    response = toy_client.get(f"/v1/smuggled/{how}")
    assert (response.status_code, response.json()["type"]) == (500, "urn:bellwether:problem:unexpected")
    assert "7312345" not in response.text + str(response.headers) + log.getvalue()
    fault = next(line for line in map(json.loads, log.getvalue().splitlines()) if line["event"] == "unexpected fault")
    assert "UnreleasedAnswer" in fault["exception"][0]


@pytest.mark.parametrize(("api_role", "principal_id"), [("orchestrator", "engine-1"), ("pmo", "pia")])
def test_what_was_released_for_the_caller_is_sent_to_the_byte(toy_client, new_key, api_role, principal_id):
    headers = {"Authorization": f"Bearer {new_key(api_role, principal_id)}"}
    response = toy_client.get("/v1/released", headers=headers)
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
    assert response.content == b'{"probability":0.7312345}'


def test_a_judged_route_is_closed_to_the_roles_that_are_not_in_its_row(toy_client, new_key):
    headers = {"Authorization": f"Bearer {new_key('finance', 'fay')}"}
    refused = toy_client.get("/v1/released", headers=headers)
    assert (refused.status_code, refused.json()["allowed_api_roles"]) == (403, ["orchestrator", "pmo"])
