"""``/v1/events`` over real HTTP: every mode, every example, every way to get it wrong."""

import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cloudevents.core.bindings.http import to_binary_event, to_structured_event
from cloudevents.core.v1.event import CloudEvent

from service.api.event_message import MOST_EVENTS
from service.events.event import EventType
from service.events.known_types import KNOWN
from service.store.events import EventStatus, settle_event, stored_event
from tests.service.conftest import NOW

REPOSITORY = Path(__file__).parents[3]
EXAMPLES = sorted((REPOSITORY / "fixtures" / "events").glob("*.json"))
STRUCTURED = {"Content-Type": "application/cloudevents+json; charset=utf-8"}
BATCHED = {"Content-Type": "application/cloudevents-batch+json"}
BINARY = {
    "Content-Type": "application/json",
    "ce-specversion": "1.0",
    "ce-id": "b-1",
    "ce-source": "urn:test",
    "ce-type": "bellwether.milestone.due_soon",
}
MARKER = "Zanzibar-4711"


class Recorder:
    """Queues nothing, and remembers what was to be queued."""

    def __init__(self):
        self.queued = []

    def enqueue_events(self, _connection, event_ids):
        self.queued += event_ids


@pytest.fixture
def services(services):
    return replace(services, pipeline=Recorder())


@pytest.fixture
def engine_client(client, new_key):
    client.headers["Authorization"] = f"Bearer {new_key()}"
    return client


def event(kind="milestone.due_soon", **changes):
    """A good event with a new id; None leaves an attribute out."""
    said = KNOWN[EventType(f"bellwether.{kind}")].example() | {"id": uuid4().hex} | changes
    return {name: value for name, value in said.items() if value is not None}


def data(**changes):
    """The data of a good event, with other fields."""
    return KNOWN[EventType.DUE_SOON].example()["data"] | changes


def at(**changes):
    """The data of a good event at another place."""
    workflow = KNOWN[EventType.DUE_SOON].example()["data"]["workflow"] | changes
    return data(workflow={name: value for name, value in workflow.items() if value is not None})


def post(client, document, headers):
    content = document if isinstance(document, bytes | str) else json.dumps(document)
    return client.post("/v1/events", content=content, headers=headers)


def test_an_event_is_taken_queued_and_told_of_in_whatever_mode_it_comes(engine_client, services):
    """Also the examples, as they are printed."""
    example = json.loads(EXAMPLES[0].read_text(encoding="utf-8"))
    given = CloudEvent({"id": "e/ä 1", "source": "urn:test", "type": example["type"], "subject": "é%"}, example["data"])
    sent = [post(engine_client, file.read_text(encoding="utf-8"), STRUCTURED) for file in EXAMPLES]
    for message in (to_structured_event(given), to_binary_event(given)):
        headers = {"content-type": "application/json"} | message.headers
        sent.append(post(engine_client, message.body, headers))
    sent.append(post(engine_client, event(time=None, subject=None, traceparent="00-1", dataschema="urn:x"), STRUCTURED))
    told = [response.json() for response in sent]
    for response, said in zip(sent, told, strict=True):
        assert response.status_code == 202, response.text
        assert (response.headers["location"], response.headers["retry-after"]) == (said["status_url"], "1")
        shown = engine_client.get(said["status_url"])
        assert shown.headers["retry-after"] == "1"
        assert {name: shown.json()[name] for name in ("event_id", "source", "id", "status", "why", "answers")} == {
            "event_id": said["event_id"], "source": said["source"], "id": said["id"],
            "status": "accepted", "why": None, "answers": [],
        }  # fmt: skip
    structured, binary = told[len(EXAMPLES) : len(EXAMPLES) + 2]
    assert binary == structured | {"duplicate": True}
    assert services.pipeline.queued == [UUID(said["event_id"]) for said in told if not said["duplicate"]]
    with services.engine.connect() as connection:
        stored = stored_event(connection, UUID(structured["event_id"]))
        assert (stored.id, stored.subject, stored.workflow_name) == ("e/ä 1", "é%", example["data"]["workflow"]["name"])
        assert stored.principal_id == "engine-1"


def test_a_batch_is_told_of_in_its_order_and_an_event_that_is_settled_is_not_asked_for_again(engine_client, services):
    first, second = event(), event("resource_request.still_open", data=None)
    second["data"] = KNOWN[EventType.STILL_OPEN].example()["data"]
    response = post(engine_client, [first, second, first], BATCHED)
    said = response.json()
    assert (response.status_code, response.headers["retry-after"]) == (202, "1")
    assert "location" not in response.headers
    assert [(each["id"], each["duplicate"]) for each in said] == [
        (first["id"], False), (second["id"], False), (first["id"], True),
    ]  # fmt: skip
    assert post(engine_client, [], BATCHED).json() == []
    with services.engine.begin() as connection:
        settle_event(connection, UUID(said[0]["event_id"]), EventStatus.DONE, "It is filled.", now=NOW)
    shown = engine_client.get(said[0]["status_url"])
    assert (shown.json()["status"], shown.json()["why"]) == ("done", "It is filled.")
    assert "retry-after" not in shown.headers
    missing = engine_client.get(f"/v1/events/{uuid4()}")
    assert (missing.status_code, missing.json()["type"]) == (404, "urn:bellwether:problem:not-found")


def test_another_event_under_the_same_identity_is_a_conflict_that_names_the_first(engine_client, services):
    first, fresh = event(), event()
    taken = post(engine_client, first, STRUCTURED).json()
    other = first | {"data": data(milestone_ids=["hv-04-m4"])}
    alone, batched = post(engine_client, other, STRUCTURED), post(engine_client, [fresh, other], BATCHED)
    assert alone.json()["events"] == [{"event_id": taken["event_id"]}]
    assert batched.json()["events"] == [{"row": 1, "event_id": taken["event_id"]}]
    assert {(each.status_code, each.json()["type"]) for each in (alone, batched)} == {
        (409, "urn:bellwether:problem:conflict")
    }
    assert len(services.pipeline.queued) == 1
    assert not post(engine_client, fresh, STRUCTURED).json()["duplicate"]


SERVING = "expected a workflow that can serve this type of event: milestone_billing"
STEPS = "expected one of planned, due_soon, achieved, overdue, billed"
BAD = [
    # what is sent, its headers, the field that is named, its row, and what is expected (None: not looked at)
    (event(specversion="0.3"), STRUCTURED, "specversion", None, "expected 1.0; it is the only version that is read"),
    (event(specversion="0.3", datacontentencoding=5), STRUCTURED, "specversion", None, None),
    (event(specversion=1.0), STRUCTURED, "specversion", None, None),
    (event(id=None), STRUCTURED, "id", None, "missing; it is required"),
    ([event(), event(source=None)], BATCHED, "source", 1, "missing; it is required"),
    (event(id=""), STRUCTURED, "id", None, None),
    (event(id=5), STRUCTURED, "id", None, "expected 1 to 200 characters"),
    (event(id="i" * 201), STRUCTURED, "id", None, None),
    (event(source="s" * 401), STRUCTURED, "source", None, None),
    (event(subject=[MARKER]), STRUCTURED, "subject", None, None),
    (event(time="2025-10-22T10:00:00"), STRUCTURED, "time", None, None),
    (event(time="2025-10-22"), STRUCTURED, "time", None, None),
    (event(time=MARKER), STRUCTURED, "time", None, "expected an instant with its zone (RFC 3339), or to be left out"),
    (event(time=5), STRUCTURED, "time", None, None),
    (event(time="0001-01-01T00:00:00+14:00"), STRUCTURED, "time", None, None),
    (event(datacontenttype="text/plain"), STRUCTURED, "datacontenttype", None, None),
    (event(traceParent=MARKER), STRUCTURED, "traceParent", None, None),
    (event(type=MARKER), STRUCTURED, "type", None, f"expected one of {', '.join(KNOWN)}"),
    (event(data=None), STRUCTURED, "data", None, None),
    (event(data=[MARKER]), STRUCTURED, "data", None, None),
    (event(data=None, data_base64="e30="), STRUCTURED, "data_base64", None, "expected data, as a JSON object"),
    (event(data=data(milestone_ids=[])), STRUCTURED, "data.milestone_ids", None, None),
    ([event(), event(data=data(milestone_ids=["a", 5]))], BATCHED, "data.milestone_ids[1]", 1, None),
    (event(data=data(priority=MARKER)), STRUCTURED, "data.priority", None, "unknown field; leave it out"),
    (event(data={"milestone_ids": ["a"]}), STRUCTURED, "data.workflow", None, "missing; it is required"),
    (event(data=at(name=MARKER)), STRUCTURED, "data.workflow.name", None, None),
    (event(data=at(step=MARKER)), STRUCTURED, "data.workflow.step", None, STEPS),
    ([event(data=at(name="staffing", step="searching"))], BATCHED, "data.workflow.name", 0, SERVING),
    ('{"specversion": "1.0", "id": "a\\u0000b"}', STRUCTURED, "id", None, None),
    ('{"specversion": "1.0", "id": "\\ud800"}', STRUCTURED, "id", None, None),
    ([MARKER], BATCHED, "", 0, "a CloudEvent: a JSON object"),
    ([event()], STRUCTURED, "", None, "a CloudEvent: a JSON object"),
    (event(), BATCHED, "", None, "a list of CloudEvents"),
    (data(), BINARY | {"ce-id": ""}, "ce-id", None, None),
    (data(), BINARY | {"ce-id": "a%00b"}, "ce-id", None, None),
    (data(), BINARY | {"ce-time": MARKER}, "ce-time", None, None),
    (data(), BINARY | {"ce-time": "2025-10-22T10:00:00"}, "ce-time", None, None),
    (data(), BINARY | {"ce-specversion": "0.3"}, "ce-specversion", None, None),
    (data(), {name: BINARY[name] for name in BINARY if name != "ce-type"}, "ce-type", None, "missing; it is required"),
    (data(), [*BINARY.items(), ("ce-id", "b-2")], "ce-id", None, "expected once"),
    (data(priority=1), BINARY, "priority", None, "unknown field; leave it out"),
    (at(step="nowhere"), BINARY, "workflow.step", None, STEPS),
    ("[1]", BINARY, "", None, None),
]
BAD_BODIES = [
    ("{", STRUCTURED, 400, "malformed-json"),
    ("", STRUCTURED, 400, "malformed-json"),
    (b"\xff\xfe", STRUCTURED, 400, "bad-request"),
    ("[" * 100_000, STRUCTURED, 400, "bad-request"),
    (json.dumps(event(data=data(milestone_ids=["a"]))).replace('"a"', "9" * 5000), STRUCTURED, 400, "bad-request"),
    (event(), {"Content-Type": "application/json"}, 415, "unsupported-media-type"),
    (event(), {"Content-Type": "application/cloudevents+avro"}, 415, "unsupported-media-type"),
    (data(), BINARY | {"Content-Type": "application/xml"}, 415, "unsupported-media-type"),
    ([{}] * (MOST_EVENTS + 1), BATCHED, 413, "too-many-events"),
    (event(data=data(note="n" * 11_000_000)), STRUCTURED, 413, "too-large"),
]


def test_what_cannot_be_taken_is_told_by_field_and_row_and_nothing_is_kept(engine_client, services, log):
    for document, headers, field, row, expected in BAD:
        response = post(engine_client, document, headers)
        problem = response.json()
        assert (response.status_code, problem["type"]) == (422, "urn:bellwether:problem:malformed-input"), document
        (error,) = problem["errors"]
        assert (error["field"], error.get("row")) == (field, row), (document, error)
        assert error["in"] == ("header" if field.startswith("ce-") else "body")
        assert error["expected"] == expected if expected else error["expected"], document
        assert MARKER not in response.text
    for document, headers, status, slug in BAD_BODIES:
        response = post(engine_client, document, headers)
        found = (response.status_code, response.json()["type"], response.headers["content-type"])
        assert found == (status, f"urn:bellwether:problem:{slug}", "application/problem+json"), str(document)[:80]
    assert services.pipeline.queued == []
    assert MARKER not in log.getvalue()


def test_every_bad_event_of_a_batch_is_listed(engine_client):
    batch = [event(id=None), event(), event(time="today", id="x"), event(type="x"), event(data=at(step="x"))]
    errors = post(engine_client, batch, BATCHED).json()["errors"]
    assert sorted((error["row"], error["field"]) for error in errors) == [(0, "id"), (2, "time")]
    errors = post(engine_client, [batch[1], *batch[3:]], BATCHED).json()["errors"]
    assert sorted((error["row"], error["field"]) for error in errors) == [(1, "type"), (2, "data.workflow.step")]


def test_everybody_may_read_which_events_there_are_and_from_which_workflows(client, new_key):
    headers = {"Authorization": f"Bearer {new_key('consultant', 'p-13')}"}
    shown = client.get("/v1/event-types", headers=headers).json()["event_types"]
    assert [each["type"] for each in shown] == list(KNOWN)
    for each in shown:
        assert each["example"]["data"]["workflow"]["name"] in each["workflows"]
        assert each["data_schema"]["title"] == each["type"]
    assert client.get(f"/v1/events/{uuid4()}", headers=headers).status_code == 403


@pytest.mark.skipif(shutil.which("curl") is None, reason="the page is written for curl")
def test_what_the_page_about_events_tells_to_type_works(engine_client, services):
    page = (REPOSITORY / "docs" / "events.md").read_text(encoding="utf-8")
    script = "\n".join(re.findall(r"```bash\n(.*?)```", page, re.DOTALL))
    script = script.replace("curl -s", "curl -sS --fail-with-body")
    script = script.replace("http://127.0.0.1:8080", str(engine_client.base_url).rstrip("/"))
    key = engine_client.headers["Authorization"].removeprefix("Bearer ")
    environ = {"PATH": os.environ["PATH"], "ENGINE": key}
    command = ["bash", "-eo", "pipefail", "-c", script]
    done = subprocess.run(
        command, cwd=REPOSITORY, env=environ, capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count('"duplicate":false') == 3
    assert '"status":"accepted"' in done.stdout
    assert len(services.pipeline.queued) == 4
    listed = re.findall(r"\]\(events/(\S+)\.schema\.json\)", page)
    assert listed == list(KNOWN)
