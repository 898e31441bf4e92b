from datetime import UTC, datetime

import anyio
import pytest
from fastapi import APIRouter

from ledger.principals import API_ROLES, revoke_key
from service.api.access import ACCESS, Route
from service.api.auth import guarded_router
from service.app import ROUTERS, UnguardedRoute, create_app, routes_of
from service.known_keys import REMEMBERED_SECONDS, KnownKeys

OPEN_ROUTES = [route for route, roles in ACCESS.items() if roles is None]


def test_every_route_of_the_application_has_a_row_in_the_access_table():
    served = set().union(*(routes_of(router) for router in ROUTERS)) | {Route("GET", "/openapi.json")}
    assert served <= set(ACCESS)


@pytest.mark.parametrize("route", OPEN_ROUTES, ids=str)
def test_operations_need_no_key(client, route):
    assert client.request(route.method, route.path).status_code in {200, 503}


@pytest.mark.parametrize("api_role", API_ROLES)
def test_only_the_roles_of_the_table_may_use_a_route(toy_client, new_key, api_role):
    headers = {"Authorization": f"Bearer {new_key(api_role)}"}
    response = toy_client.post("/v1/toys", json={"subjects": [{"hours": 8}]}, headers=headers)
    if api_role == "orchestrator":
        assert response.json() == {"played": 1, "by": "engine-1"}
    else:
        document = response.json()
        assert (response.status_code, document["type"]) == (403, "urn:bellwether:problem:not-allowed")
        assert (document["route"], document["allowed_api_roles"]) == ("POST /v1/toys", ["orchestrator"])


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer nonsense",
        "Bearer bw_0123456789abcdef_" + "0" * 64,
        "Bearer " + "x" * 5000,
        "Bearer b\u00e4r",
        "Basic YTpi",
        "bw_0123456789abcdef_" + "0" * 64,
    ],
)
def test_without_a_known_key_the_answer_is_the_same_401(toy_client, header):
    del toy_client.headers["Authorization"]
    headers = {} if header is None else {"Authorization": header.encode("latin-1")}
    response = toy_client.post("/v1/toys", content=b"not even JSON", headers=headers)
    document = response.json()
    del document["request_id"]
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == 'Bearer realm="bellwether"'
    assert document == {
        "type": "urn:bellwether:problem:not-authenticated",
        "title": "Not authenticated",
        "status": 401,
        "detail": "This route needs the header 'Authorization: Bearer KEY' with an API key that is in force "
        "(make one: bellwether keys create --role ROLE --principal ID).",
    }


def test_a_revoked_key_is_refused_when_what_was_remembered_has_expired(engine, new_key):
    now = [100.0]
    keys = KnownKeys(engine, clock=lambda: now[0])
    key = new_key()
    assert anyio.run(keys.principal, key).principal_id == "engine-1"
    with engine.begin() as connection:
        revoke_key(connection, key.split("_")[1], now=datetime.now(UTC))
    now[0] += REMEMBERED_SECONDS
    assert anyio.run(keys.principal, key) is None


def test_an_application_with_a_route_that_is_not_in_the_table_is_not_made(services):
    router = guarded_router()
    router.add_api_route("/v1/forgotten", lambda: None, methods=["GET"])
    with pytest.raises(UnguardedRoute, match="no row for GET /v1/forgotten"):
        create_app(services, routers=(router,))


def test_an_application_with_an_unguarded_router_is_not_made(services):
    router = APIRouter()
    router.add_api_route("/livez", lambda: None, methods=["GET"])
    with pytest.raises(UnguardedRoute, match="expected a Guarded route"):
        create_app(services, routers=(router,))
