"""What a route's function may ask for by the type of its parameter."""

from typing import Annotated

from fastapi import Depends, Request

from ledger.principals import Principal
from service.services import Services


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


def _caller(request: Request) -> Principal:
    principal: Principal = request.state.principal
    return principal


UsedServices = Annotated[Services, Depends(_services)]
"""The parts of the service."""

Caller = Annotated[Principal, Depends(_caller)]
"""The principal that calls; guarded routes only, and never an open one."""
