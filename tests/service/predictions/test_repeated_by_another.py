"""A key that is sent again by other eyes does not get what was released for those of then."""

import pytest

from service.api.access import ACCESS, Judged
from service.gate.gate_files import load_gate
from service.gate.tables import SHIPPED_TABLES
from service.gate_in_force import GateInForce
from tests.service.predictions.conftest import asking

ROUTE = "/v1/predictions/missing_time"
BODY = asking(ids=["p-01/2025-10-15"])
BOTH = ACCESS | {route: Judged({"orchestrator", "finance"}) for route, roles in ACCESS.items() if roles is not None}


@pytest.fixture
def send(services, serving, new_key):
    """Posts the same call with the same Idempotency-Key, as the same principal in a role."""
    with serving(access=BOTH) as client:

        def sent(api_role):
            headers = {"Authorization": f"Bearer {new_key(api_role, 'sam')}", "Idempotency-Key": "k-1"}
            return client.post(ROUTE, json=BODY, headers=headers)

        yield sent


def test_a_principal_whose_api_role_is_another_gets_a_conflict(send):
    first = send("orchestrator")
    assert first.status_code == 200
    refused = send("finance")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:bellwether:problem:conflict")
    assert "another api_role" in refused.json()["detail"]
    assert "p-01" not in refused.text
    assert send("orchestrator").content == first.content


def test_a_role_that_may_see_less_by_now_gets_a_conflict(send, gate, monkeypatch, tmp_path):
    assert send("orchestrator").status_code == 200
    shipped = SHIPPED_TABLES.read_text(encoding="utf-8")
    seen = "orchestrator: [margin, personal_time, client]"
    assert seen in shipped
    (tmp_path / "tables.yaml").write_text(shipped.replace(seen, "orchestrator: [margin]"), encoding="utf-8")
    narrower = load_gate(tmp_path)
    monkeypatch.setattr(GateInForce, "current", property(lambda _: narrower))
    refused = send("orchestrator")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:bellwether:problem:conflict")
