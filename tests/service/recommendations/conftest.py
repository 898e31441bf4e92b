"""A service with one small workflow, in which a reminder takes one approval and an offer takes two."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import text

from ledger import heads
from ledger.verify import Verified, verify
from service.gate.gate import Gate
from service.gate.gate_files import load_gate
from tests.service.recommending import give

WORKFLOW = """
name: weekly_time
version: 7
description: A week's time, as small as it can be.
purpose: time_submission
tasks: [missing_time]
stale_after: P2D
alert_budgets:
  - {kind: remind, per: person, at_most: 1}
start: open
steps:
  open:
    description: The week is running.
    owner: project_manager
    actions:
      remind_consultant:
        approver_role: delivery_lead
        expires_in: PT12H
        confidence_floor: 0.30
        text: "Remind {person_id} of {day}."
      offer_draft_entries:
        approver_role: delivery_lead
        approvals: 2
        expires_in: PT24H
        confidence_floor: 0.30
        text: "Offer {person_id} draft entries for {day}."
  closing:
    description: The week is over, and finance looks at it.
    owner: project_manager
    actions:
      route_to_finance_review:
        approver_role: finance_reviewer
        expires_in: PT12H
        confidence_floor: 0.30
        text: "Put {day} of {person_id} before finance."
  closed:
    description: The week is over.
    owner: project_manager
transitions:
  - {from: open, to: closing, when: the week is over}
  - {from: closing, to: closed, when: finance has looked at it}
"""


@dataclass
class OneGate:
    """A gate in force that no file changes."""

    current: Gate


@pytest.fixture(scope="session")
def small_gate(tmp_path_factory):
    own = tmp_path_factory.mktemp("firm")
    (own / "workflows").mkdir()
    (own / "workflows" / "weekly_time.yaml").write_text(WORKFLOW)
    return OneGate(load_gate(own))


@pytest.fixture
def services(services, small_gate):
    return replace(
        services,
        gate=small_gate,
        desk=replace(services.desk, gate=small_gate),
        decisions=replace(services.decisions, gate=small_gate),
    )


@pytest.fixture
def given(services):
    """Gives a recommendation, now or at another instant; its ``jti`` and token."""

    def make(*, now=None, **changes):
        said, token = give(
            services, **{"now": now or datetime.now(UTC), "workflow": "weekly_time", "step": "open"} | changes
        )
        return said.jti, token

    return make


@pytest.fixture
def as_(new_key):
    """Headers of somebody in a role."""
    known = {}

    def headers(api_role, principal):
        known.setdefault((api_role, principal), new_key(api_role, principal))
        return {"Authorization": f"Bearer {known[api_role, principal]}"}

    return headers


@pytest.fixture
def decide(client, as_):
    """Somebody decides over HTTP; a delivery lead accepts, unless it is said otherwise."""

    def post(jti, principal="lena", api_role="delivery_lead", *, key=None, decision="accept", **more):
        headers = as_(api_role, principal) | {"Idempotency-Key": key or uuid4().hex}
        return client.post(f"/v1/recommendations/{jti}/decisions", json={"decision": decision, **more}, headers=headers)

    return post


@pytest.fixture
def standing(client, as_):
    """How a recommendation stands, as a reader is told; the engine, unless it is said otherwise."""

    def get(jti, api_role="orchestrator", principal="engine-1"):
        response = client.get(f"/v1/recommendations/{jti}", headers=as_(api_role, principal))
        assert response.status_code == 200, response.text
        return response.json()

    return get


@pytest.fixture
def audited(services):
    """The payloads of a whole chain, of one kind."""

    def rows(kind):
        with services.engine.connect() as connection:
            assert isinstance(verify(connection, heads.load(services.settings.home)), Verified)
            query = text("SELECT payload FROM audit WHERE kind = :kind ORDER BY seq")
            return [json.loads(payload) for payload in connection.execute(query, {"kind": kind}).scalars()]

    return rows
