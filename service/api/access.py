"""Who may use which route, and which answers the gate must release: the one table.

A route that is not in it cannot be served. A *judged* route answers with what is predicted, summarised, classified or
recommended: nothing is sent on it but what the gate released for the caller. The others are plain.
"""

from collections.abc import Mapping
from typing import NamedTuple

from ledger.principals import API_ROLES, ApiRole
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


DECIDING: Roles = frozenset({"pmo", "finance", "delivery_lead", "resource_manager"})
"""Who decides on recommendations; in which of them, ``tables.yaml`` says."""

WITHDRAWING: Roles = frozenset({"orchestrator", "pmo", "finance", "delivery_lead"})
"""Who takes a recommendation back: the engine, and those who answer for its workflows."""

ENGINES: Roles = frozenset({"orchestrator"})
"""What engines say and ask about what they said: ids and states, nothing that is predicted."""
READING: Roles = DECIDING | {"orchestrator", "consultant", "admin"}
"""Who reads exceptions; which of them, ``tables.yaml`` says."""

OPEN: Roles | None = None
"""Served without a key: operations, which tell nothing of the firm."""

EVERYBODY: Roles = frozenset(API_ROLES)
"""Whoever has a key: what is governed, and how, is no secret inside the firm."""

SUBSCRIBING: Roles = frozenset({"orchestrator", "admin"})
"""Who looks after subscriptions: the engine after its own, an admin after all. Secrets are shown to the engine only."""

ACCESS: Mapping[Route, Roles | None] = {
    Route("GET", "/openapi.json"): OPEN,
    Route("GET", "/livez"): OPEN,
    Route("GET", "/readyz"): OPEN,
    Route("GET", "/metrics"): OPEN,
    Route("GET", "/.well-known/jwks.json"): OPEN,
    **{Route("POST", f"/v1/predictions/{task}"): Judged({"orchestrator"}) for task in (*TASKS, "{task}")},
    **{Route("POST", f"/v1/predictions/{task}/what-if"): Judged({"orchestrator"}) for task in TASKS},
    Route("POST", "/v1/events"): ENGINES,
    Route("GET", "/v1/events/{event_id}"): ENGINES,
    Route("GET", "/v1/event-types"): EVERYBODY,
    Route("PUT", "/v1/records/{table}"): frozenset({"orchestrator"}),
    Route("POST", "/v1/sows"): Judged({"orchestrator", "delivery_lead"}),
    Route("POST", "/v1/approval-summaries"): Judged({"orchestrator", "finance", "pmo"}),
    Route("GET", "/v1/audit"): frozenset({"auditor"}),
    Route("GET", "/v1/workflows"): EVERYBODY,
    Route("GET", "/v1/workflows/{name}"): EVERYBODY,
    Route("GET", "/v1/recommendations/{jti}"): Judged(DECIDING | {"orchestrator"}),
    Route("POST", "/v1/recommendations/{jti}/decisions"): Judged(DECIDING),
    Route("POST", "/v1/recommendations/{jti}/withdrawal"): WITHDRAWING,
    Route("POST", "/v1/recommendations/{jti}/outcomes"): frozenset({"orchestrator"}),
    Route("POST", "/v1/subscriptions"): frozenset({"orchestrator"}),
    Route("POST", "/v1/subscriptions/{subscription_id}/secret"): frozenset({"orchestrator"}),
    Route("GET", "/v1/subscriptions"): SUBSCRIBING,
    **{Route(method, "/v1/subscriptions/{subscription_id}"): SUBSCRIBING for method in ("GET", "PATCH", "DELETE")},
    Route("GET", "/v1/subscriptions/{subscription_id}/deliveries"): SUBSCRIBING,
    Route("POST", "/v1/subscriptions/{subscription_id}/deliveries/replay"): SUBSCRIBING,
    Route("POST", "/v1/subscriptions/{subscription_id}/deliveries/{delivery_id}/replay"): SUBSCRIBING,
    Route("POST", "/v1/subscriptions/{subscription_id}/test"): SUBSCRIBING,
    Route("GET", "/v1/exceptions"): Judged(READING),
    Route("GET", "/v1/exceptions/{exception_id}"): Judged(READING),
    # what of it one may do is the gate's to say, by the firm's own table
    Route("POST", "/v1/exceptions/{exception_id}/decisions"): Judged(READING),
    # who may turn one is the gate's to say, by the firm's own table
    Route("GET", "/v1/kill-switches"): EVERYBODY,
    Route("PUT", "/v1/kill-switches/{scope}/{name}"): EVERYBODY,
}
