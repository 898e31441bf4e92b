"""A kill switch silences a task or a workflow at once, and a purpose that is not the workflow's gets nothing."""

import json
import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from ledger.verify import Verified
from service.gate.switch import Scope, Turn
from service.store.switches import turn
from tests.service.predictions.conftest import asking

PREDICT, WHAT_IF = "/v1/predictions/missing_time", "/v1/predictions/missing_time/what-if"
CALLS = {
    "a prediction": (PREDICT, {"ids": ["p-01/2025-10-15"]}),
    "a what-if": (WHAT_IF, {"id": "p-01/2025-10-15", "changes": {"expected_hours": 4.0}}),
}


@pytest.fixture
def switch(services):
    """Turns a kill switch."""

    def turned(scope, name, way):
        with services.engine.begin() as connection:
            turn(connection, scope, name, way, principal_id="pia", reason="tried", now=datetime.now(UTC))

    return turned


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(("scope", "name"), [(Scope.TASK, "missing_time"), (Scope.WORKFLOW, "time_and_expense")])
def test_what_is_stopped_answers_nothing_until_it_may_go_on(engine_client, switch, call, scope, name):
    route, body = CALLS[call]
    headers = {"Idempotency-Key": "k-1"}
    first = engine_client.post(route, json=asking(**body), headers=headers)
    assert first.status_code == 200
    switch(scope, name, Turn.STOP)
    for repeated in (headers, {}):
        refused = engine_client.post(route, json=asking(**body), headers=repeated)
        assert (refused.status_code, refused.json()["type"]) == (403, "urn:bellwether:problem:stopped")
        assert refused.json()["codes"] == [f"informing_{scope}_stopped"]
        assert "p-01" not in refused.text
    switch(scope, name, Turn.RESUME)
    assert engine_client.post(route, json=asking(**body), headers=headers).content == first.content


@pytest.mark.parametrize("call", CALLS)
def test_another_task_and_another_workflow_stay_as_they_were(engine_client, switch, call):
    route, body = CALLS[call]
    switch(Scope.TASK, "unusual_time", Turn.STOP)
    switch(Scope.WORKFLOW, "staffing", Turn.STOP)
    assert engine_client.post(route, json=asking(**body)).status_code == 200


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("place", "code"),
    [({"purpose": "pay"}, "informing_other_purpose"), ({"name": "staffing"}, "may_not_inform")],
)
def test_no_other_purpose_is_served(engine_client, services, call, place, code):
    route, body = CALLS[call]
    start = services.gate.current.workflows.by_name[place.get("name", "time_and_expense")].start
    workflow = asking()["workflow"] | {"step": start} | place
    refused = engine_client.post(route, json=asking(**body) | {"workflow": workflow})
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:bellwether:problem:not-permitted")
    assert refused.json()["codes"] == [code]
    counted = engine_client.get("/metrics").text
    assert f'code="{code}",outcome="withheld",task="missing_time"' in counted


@pytest.mark.parametrize("call", CALLS)
def test_what_was_refused_is_on_record_and_names_nobody(engine_client, services, switch, chain, call):
    route, body = CALLS[call]
    switch(Scope.TASK, "missing_time", Turn.STOP)
    assert engine_client.post(route, json=asking(**body)).status_code == 403
    with services.engine.connect() as connection:
        query = text("SELECT payload FROM audit WHERE kind = 'informing_refused'")
        payload = connection.execute(query).scalar_one()
    row = json.loads(payload)
    assert row["codes"] == row["policies"] == ["informing_task_stopped"]
    assert (row["task"], row["workflow"]["step"]) == ("missing_time", "open")
    assert row["policy"] == services.gate.current.policy_version
    assert not {"engine-1", "rita", "p-01"} & set(re.findall(r"[\w-]+", payload))
    assert isinstance(chain(), Verified)
