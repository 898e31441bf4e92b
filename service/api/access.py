"""Who may use which route: the one table. A route that is not in it cannot be served."""

from collections.abc import Mapping
from typing import NamedTuple

from ledger.principals import ApiRole
from models.catalog import TASKS

Roles = frozenset[ApiRole]


class Route(NamedTuple):
    """A method and a path template, as the framework has them."""

    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


OPEN: Roles | None = None
"""Served without a key: operations, which tell nothing of the firm."""

ACCESS: Mapping[Route, Roles | None] = {
    Route("GET", "/openapi.json"): OPEN,
    Route("GET", "/livez"): OPEN,
    Route("GET", "/readyz"): OPEN,
    Route("GET", "/metrics"): OPEN,
    Route("GET", "/.well-known/jwks.json"): OPEN,
    **{Route("POST", f"/v1/predictions/{task}"): frozenset({"orchestrator"}) for task in (*TASKS, "{task}")},
    Route("GET", "/v1/audit"): frozenset({"auditor"}),
    **{Route("POST", f"/v1/predictions/{task}/what-if"): frozenset({"orchestrator"}) for task in TASKS},
}
