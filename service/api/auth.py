"""Who calls, and may they: answered before anything of the body is read."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response, Security
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from fastapi.security.utils import get_authorization_scheme_param

from service.api.access import Judged, Roles, Route
from service.api.json_body import JsonRequest
from service.api.problems import declared
from service.api.released import require_released
from service.errors import (
    BadRequest,
    MalformedInput,
    MalformedJson,
    NotAllowed,
    NotAuthenticated,
    NotReady,
    TooLarge,
    Unexpected,
)
from service.services import Services


class Guarded(APIRoute):
    """A route that asks the access table first. The body of a caller who may not use it is never parsed.

    Where the table says that the route is judged, an answer that the gate did not release is not sent: that is a fault
    of the service, and the caller learns nothing but that.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            route = Route(request.method, self.path)
            await _admit(request, route)
            response = await answer(JsonRequest(request.scope, request.receive))
            if isinstance(request.app.state.access[route], Judged):
                require_released(response, request.state.principal)
            return response

        return guarded


def guarded_router() -> APIRouter:
    """A router for resources: its routes are guarded and declare the errors that any of them may answer with."""
    return APIRouter(
        route_class=Guarded,
        dependencies=[Security(HTTPBearer(auto_error=False, description="An API key of a principal"))],
        responses=declared(
            MalformedJson,
            BadRequest,
            NotAuthenticated,
            NotAllowed,
            TooLarge,
            MalformedInput,
            Unexpected,
            NotReady,
        ),
    )


async def _admit(request: Request, route: Route) -> None:
    roles: Roles | None = request.app.state.access[route]
    if roles is None:
        return
    scheme, key = get_authorization_scheme_param(request.headers.get("Authorization"))
    services: Services = request.app.state.services
    principal = await services.keys.principal(key) if scheme.lower() == "bearer" else None
    if principal is None:
        raise NotAuthenticated
    request.state.principal = principal
    if principal.api_role not in roles:
        raise NotAllowed(str(route), principal.api_role, roles)
