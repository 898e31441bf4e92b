"""Who may use which route, and which answers the gate must release: the one table.

A route that is not in it cannot be served. A *judged* route answers with what is predicted, summarised, classified or
recommended: nothing is sent on it but what the gate released for the caller. The others are plain.
"""

from collections.abc import Mapping
from typing import NamedTuple

from ledger.principals import ApiRole
from models.catalog import TASKS

Roles = frozenset[ApiRole]


class Judged(Roles):
    """The roles of a judged route."""


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
    **{Route("POST", f"/v1/predictions/{task}"): Judged({"orchestrator"}) for task in (*TASKS, "{task}")},
    **{Route("POST", f"/v1/predictions/{task}/what-if"): Judged({"orchestrator"}) for task in TASKS},
}
