"""The HTTP application: routes, problems, middleware; all that it works with is handed to it."""

from collections.abc import Mapping, Sequence
from importlib.metadata import version

from fastapi import APIRouter, FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.middleware import Middleware

from service.api import (
    approval_summaries,
    audit,
    deliveries,
    event_types,
    events,
    exception_decisions,
    exceptions,
    kill_switches,
    operations,
    outcomes,
    predictions,
    recommendations,
    records,
    sows,
    subscriptions,
    what_if,
    workflows,
)
from service.api.access import ACCESS, Roles, Route
from service.api.auth import Guarded
from service.api.problems import install_problems
from service.envelope import Envelope
from service.limits import BodyLimit
from service.services import Services

ROUTERS = (
    operations.router,
    predictions.router,
    what_if.router,
    approval_summaries.router,
    sows.router,
    workflows.router,
    recommendations.router,
    exceptions.router,
    exception_decisions.router,
    outcomes.router,
    kill_switches.router,
    subscriptions.router,
    deliveries.router,
    events.router,
    event_types.router,
    records.router,
    audit.router,
)
BODY_LIMITS: Mapping[str, int | None] = {"/v1/records/": records.LARGEST_BODY}
"""Paths whose bodies may be larger than others, since they are read as a stream."""
_NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}


class UnguardedRoute(Exception):
    """A route that nobody has said who may use; the application is not made."""


def create_app(
    services: Services,
    *,
    routers: Sequence[APIRouter] = ROUTERS,
    access: Mapping[Route, Roles | None] = ACCESS,
    body_limits: Mapping[str, int | None] = BODY_LIMITS,
) -> FastAPI:
    """The application over these services. Raises UnguardedRoute."""
    app = FastAPI(
        title="Bellwether",
        version=version("bellwether"),
        description="Sees early where work is about to go wrong, and recommends what a governed workflow may do.",
        docs_url=None,
        redoc_url=None,
        telemetry=_NO_TELEMETRY,
        middleware=[
            Middleware(Envelope, metrics=services.metrics),
            Middleware(BodyLimit, by_prefix=body_limits),
        ],
    )
    app.state.services = services
    app.state.access = access
    install_problems(app)
    for router in routers:
        _require_access(router, access)
        app.include_router(router)
    return app


def routes_of(router: APIRouter) -> set[Route]:
    """Every method and path of a router. Raises UnguardedRoute for one that does not ask the access table."""
    found: set[Route] = set()
    for route in router.routes:
        if not isinstance(route, Guarded):
            raise UnguardedRoute(f"{route}: expected a Guarded route; make the router with guarded_router()")
        found |= {Route(method, route.path) for method in route.methods or ()}
    return found


def _require_access(router: APIRouter, access: Mapping[Route, Roles | None]) -> None:
    missing = sorted(routes_of(router) - set(access))
    if missing:
        raise UnguardedRoute(f"service/api/access.py has no row for {', '.join(map(str, missing))}")
