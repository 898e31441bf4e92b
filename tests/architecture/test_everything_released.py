"""Whatever is predicted, summarised, classified or recommended leaves only as the gate released it.

Here: what a route declares that it answers with, and what the modules of judged routes make. What is really sent is
held against the gate by `service.api.auth.Guarded`, and tried in ``tests/service/test_released.py``.
"""

import ast
import inspect
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.responses import Response

import service.api
from service.api.access import ACCESS, Judged, Route
from service.api.auth import guarded_router
from service.app import ROUTERS, routes_of

TELLING = frozenset({
    "band", "citations", "classification", "expected_loss", "log_odds", "predictions", "probability", "reasons",
    "recommendation", "recommendations", "sentences", "service_line", "summary", "turns_green", "withheld",
})  # fmt: skip
"""Members that only an answer which is judged may have."""
ONLY = frozenset({"orchestrator"})
LOOKED_THROUGH = ("properties", "items", "prefixItems", "anyOf", "oneOf", "allOf", "additionalProperties", "$defs")


def members(schema, document):
    """The names of all members that an answer of this schema may have, however deep."""
    found, seen, waiting = set(), set(), [schema]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting += each
        elif isinstance(each, dict):
            reference = each.get("$ref")
            if reference is not None and reference not in seen:
                seen.add(reference)
                waiting.append(document["components"]["schemas"][reference.rpartition("/")[2]])
            properties = each.get("properties")
            if isinstance(properties, dict):
                found |= set(properties)
                waiting += properties.values()
            waiting += [each[name] for name in LOOKED_THROUGH if name in each and name != "properties"]
    return found


def answers(routers):
    """By route: the schemas of what it answers with when nothing is wrong, None where it does not say."""
    app = FastAPI()
    for router in routers:
        app.include_router(router)
    document = app.openapi()
    found = dict.fromkeys(set().union(*map(routes_of, routers)))
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            held = [
                body.get("schema")
                for status, response in operation["responses"].items()
                if status.startswith("2")
                for body in response.get("content", {}).values()
            ]
            if held and all(held):
                found[Route(method.upper(), path)] = held
    return found, document


def unjudged(routers, access):
    """Routes that tell, or do not say what they tell, and are not judged: what must not be."""
    found, document = answers(routers)
    wrong = {}
    for route, schemas in found.items():
        if access[route] is None or isinstance(access[route], Judged):
            continue
        telling = {"it does not say what"} if schemas is None else members(schemas, document) & TELLING
        if telling:
            wrong[str(route)] = telling
    return wrong


def test_every_route_that_tells_is_judged():
    assert unjudged(ROUTERS, ACCESS) == {}


def test_the_predictions_and_what_ifs_are_what_is_judged_today():
    judged = {route.path for route, roles in ACCESS.items() if isinstance(roles, Judged)}
    assert {path for path in judged if path.startswith("/v1/predictions/")} == {
        route.path for route in ACCESS if route.path.startswith("/v1/predictions/")
    }


def test_no_open_route_tells():
    found, document = answers(ROUTERS)
    for route, schemas in found.items():
        if ACCESS[route] is None:
            assert members(schemas or [], document) & TELLING == set()


def made_responses(source):
    """The responses that a module makes by itself: each call of a class that is one, other than the released one."""
    names = {
        node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
    }
    return {name for name in names if name.endswith("Response") and name != "ReleasedResponse"}


def judged_modules():
    """The modules of the handlers of judged routes."""
    routes = [route for router in ROUTERS for route in router.routes]
    return {
        Path(inspect.getfile(route.endpoint))
        for route in routes
        if any(isinstance(ACCESS[Route(method, route.path)], Judged) for method in route.methods)
    }


@pytest.mark.parametrize("module", sorted(judged_modules()), ids=lambda file: file.stem)
def test_no_module_of_a_judged_route_makes_a_response_by_itself(module):
    assert made_responses(module.read_text(encoding="utf-8")) == set()


def test_only_released_answers_and_those_given_again_become_responses_of_a_judged_route():
    folder = Path(service.api.__path__[0])
    makers = {
        file.stem
        for file in folder.glob("*.py")
        if "ReleasedResponse(" in file.read_text(encoding="utf-8").replace("class ReleasedResponse(", "")
    }
    assert makers <= {file.stem for file in judged_modules()} | {"repeated_calls"}


toys = guarded_router()


class Toy(BaseModel):
    probability: float


class Toys(BaseModel):
    found: list[dict[str, Toy | None]]


SAID = {"found": [{"a": {"probability": 0.7}}]}


@toys.get("/v1/toys/plain")
def plain() -> Toys:
    """Tells, and nobody judges it."""
    return Toys.model_validate(SAID)


@toys.get("/v1/toys/silent")
def silent() -> Response:
    """Does not say what it tells."""
    return JSONResponse(SAID)


@pytest.mark.parametrize("route", ["/v1/toys/plain", "/v1/toys/silent"])
def test_a_route_that_tells_or_does_not_say_is_caught(route):
    access = {Route("GET", "/v1/toys/plain"): ONLY, Route("GET", "/v1/toys/silent"): ONLY}
    assert f"GET {route}" in unjudged([toys], access)
    judged = {route: Judged(roles) for route, roles in access.items()}
    assert unjudged([toys], judged) == {}


def test_a_module_that_makes_a_response_is_caught():
    assert made_responses("def answer():\n    return JSONResponse({})") == {"JSONResponse"}
    assert made_responses("def answer():\n    return responses.Response(b'')") == {"Response"}
    assert made_responses("def answer(released):\n    return ReleasedResponse(released)") == set()
