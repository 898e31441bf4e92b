"""An approval that comes as an event: told from evidence, recommended about, decided on, and without a trace erased."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from service.events.event import EventType
from service.store.erasure import erase_person
from service.store.told import told_exceptions
from service.triage.desk import Place
from tests.service.pipeline.conftest import RECEIVED, event_of

DAY = timedelta(days=1)
NOTE = "anna says: please add the client's mail"
SIMILAR = """
    INSERT INTO records.approvals
        (approval_id, kind, project_id, requester, amount, currency, opened_at, closed_at, outcome)
    SELECT 'old-' || n, 'late_time', 'hv-09', 'q-' || n % 9, 2000, 'GBP', opened, opened + took, 'approved'
    FROM generate_series(1, 120) AS n,
        LATERAL (SELECT CAST(:received AS timestamptz) - interval '60 days' AS opened,
            CASE WHEN n > 50 THEN interval '1 day' ELSE interval '30 days' END AS took) AS times
"""
RETURNED = """
    INSERT INTO records.approval_events (approval_id, at, seq, activity, actor, approver_role, note)
    VALUES ('ap-20', :received - interval '2 days', 3, 'returned', 'p-11', 'project_manager', :note)
"""
OF_A_RATE = """
    INSERT INTO records.approvals (approval_id, kind, project_id, requester, amount, currency, opened_at)
    VALUES ('ap-90', 'rate_exception', 'hv-08', 'p-17', 131.5, 'GBP', :received - interval '1 day')
"""


@pytest.fixture(scope="module")
def firm(engine, deployment):
    """The small firm with many approvals like ap-19, ap-20 returned with a note, and ap-90, which is about a rate."""
    with engine.begin() as connection:
        for statement in (SIMILAR, RETURNED, OF_A_RATE, "UPDATE records_loads SET reaches = :received"):
            connection.execute(text(statement), {"received": RECEIVED, "note": NOTE})


@pytest.fixture
def processed(firm, kept, parts, outcome):
    """What became of an approval that was routed, so many hours after the first."""

    def run(approval_id, hours=0):
        place, received = Place("approvals", approval_id, "waiting", "rita"), RECEIVED + timedelta(hours=hours)
        event = event_of(
            EventType.EXCEPTION_ROUTED, {"approval_id": approval_id}, place=place, received_at=received
        )  # fmt: skip
        (event_id,) = kept(event)
        parts.processing.process(event_id)
        return outcome(event_id)

    return run


@pytest.fixture
def as_(serving, new_key):
    """Calls as somebody in a role."""

    def call(api_role, path, body=None):
        headers = {"Authorization": f"Bearer {new_key(api_role, api_role)}", "Idempotency-Key": "once"}
        if body is None:
            return client.get(f"/v1/exceptions{path}", headers=headers)
        return client.post(f"/v1/exceptions{path}/decisions", json=body, headers=headers)

    with serving() as client:
        yield call


@pytest.fixture
def shown(as_):
    """The exception of an approval as a role has it, and its one trouble."""

    def look(api_role, approval_id):
        (item,) = as_(api_role, f"?cause_key={approval_id}&status=open&status=accepted").json()["exceptions"]
        whole = as_(api_role, f"/{item['exception_id']}").json()
        return whole, whole["found"][0]

    return look


def cited(trouble, pointer):
    _, facts, evidence, place = pointer.split("/")
    return trouble[facts][evidence][int(place)]


def test_an_approval_is_told_from_evidence_and_accepted_with_what_is_recommended(processed, as_, shown, engine):
    assert processed("ap-19") == ("done", None, [("approval", "ap-19", "opened")])
    whole, told = shown("pmo", "ap-19")
    assert (whole["band"], whole["client_id"], whole["rank"]["confidence"]) == ("high", "c-06", 1)
    assert (whole["probability"], whole["amount"], told["task"]) == (51 / 52, 512.5, "approval_summary")
    assert (
        told["summary"][1]["text"]
        == "It is not decided so far, waiting for 8.0 days, longer than 59% of 122 similar ones took."
    )
    assert [cited(told, each)["kind"] for each in told["summary"][1]["cites"]] == ["state", "waiting", "waiting_rank"]
    assert all(cited(told, each)["id"] for sentence in told["summary"] for each in sentence["cites"])
    (said,) = told["facts"]["recommendations"]
    assert (said["action"], said["params"]["approver_id"], said["status"]) == ("remind_approver", "p-03", "standing")
    assert said["token"] is None
    assert shown("orchestrator", "ap-19")[1]["facts"]["recommendations"][0]["token"]
    exception_id = UUID(whole["exception_id"])
    with engine.connect() as connection:
        assert told_exceptions(connection, [exception_id])[exception_id].recommendations == [said["jti"]]
        answered = connection.execute(
            text("SELECT answer_id, task FROM answers WHERE event_id = :id"), {"id": told["event_id"]}
        )
        assert [(str(each.answer_id), each.task) for each in answered] == [(told["answer_id"], "approval_summary")]
        chain = connection.execute(text("SELECT payload FROM audit WHERE kind = 'event_settled'")).scalars().all()
    assert [json.loads(each)["answers"] for each in chain] == [[told["answer_id"]]]
    accepted = as_("pmo", f"/{exception_id}", {"version": 1, "decision": "accept", "recommendations": [said["jti"]]})
    assert accepted.status_code == 200, accepted.text
    whole, told = shown("pmo", "ap-19")
    assert (whole["status"], told["facts"]["recommendations"][0]["status"]) == ("accepted", "accepted")


def test_a_reader_is_told_nothing_that_rests_on_what_they_may_not_see(processed, shown):
    assert processed("ap-90")[0] == processed("ap-20")[0] == "done"
    for role, sees in {"finance": True, "pmo": False}.items():
        whole, told = shown(role, "ap-90")
        assert ("131.5" in json.dumps(told)) is sees, role
        assert (whole["amount"], whole["money_unknown"]) == (None, 1), role
    facts = shown("pmo", "ap-20")[1]["facts"]
    assert [each["evidence"] for each in facts["missing"]] == ["client_agreement"]
    assert facts["withheld"]
    (note,) = [each for each in facts["evidence"] if each["kind"] == "note"]
    assert (note["value"], note["source"].partition("/")[0]) == (None, "approval_events")


def test_what_is_stopped_or_closed_is_no_exception(processed, as_, shown, engine):
    stop = "INSERT INTO kill_switches VALUES ('task', 'approval_summary', true, 'petra', 'A test.', now())"
    waiting = "?cause_key=ap-19&status=open&status=accepted"
    processed("ap-19", hours=1)
    assert as_("pmo", waiting).json()["total"] == 1
    with engine.begin() as connection:
        connection.execute(text(stop))
    status, why, changed = processed("ap-19", hours=2)
    assert (status, why.partition(";")[0], changed) == ("done", "This task was stopped", [])
    assert as_("pmo", waiting).json()["total"] == 0
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM kill_switches"))
        closed = "UPDATE records.approvals SET closed_at = :at, outcome = 'approved' WHERE approval_id = 'ap-19'"
        connection.execute(text(closed), {"at": RECEIVED + timedelta(hours=3)})
    assert processed("ap-19", hours=4) == ("done", "The approval is closed.", [("approval", "ap-19", "resolved")])


def test_no_trace_of_an_erased_person_is_left_in_what_was_found(processed, engine):
    for approval_id in ("ap-19", "ap-20"):
        processed(approval_id)
    persons = ("anna", "p-03", "p-10", "p-11", "p-17")
    with engine.begin() as connection:
        before = connection.execute(text("SELECT CAST(troubles AS text) FROM troubles")).scalars().all()
        for person in persons:
            erase_person(connection, person, with_records=False)
        rows = connection.execute(text("SELECT CAST(troubles AS text) FROM troubles")).scalars().all()
    assert all(any(person in row for row in before) for person in ("p-03", "p-10", "p-11", "p-17"))
    assert len(rows) == len(before)
    assert not any(person in row for person in persons for row in rows)
