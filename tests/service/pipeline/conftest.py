"""The small firm with one champion, as a worker finds them, and events about it. One deployment a module."""

import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from sqlalchemy import text

from ledger import database as ledger_database
from ledger.home import private_folder
from models.catalog import TASKS
from models.reading import read_folder
from service.champions import Champion
from service.events.event import Event, EventType
from service.events.taking import take
from service.gate.key_folder import KeyFolder
from service.metrics import Metrics
from service.settings import Settings
from service.signing_keys_in_force import SigningKeysInForce
from service.store.commit import GroupCommitter
from service.store.reach import note_load
from service.store.records import load
from service.triage.desk import Place
from service.triage.gathering import Gathering
from service.wiring import assembled, worker_parts
from tests.service.predictions.conftest import Standing
from training.dataset import Dataset
from training.fit import fit
from training.settings import parse_settings

TASK = TASKS["missing_time"]
FIRM = Path(__file__).parents[3] / "fixtures" / "firm"
RECEIVED = datetime(2025, 10, 22, 10, tzinfo=UTC)
TIME, MARGIN = EventType.WINDOW_CLOSING, EventType.VARIANCE_CROSSED
PLACES = {
    TIME: ("time_and_expense", "open"),
    MARGIN: ("margin_review", "variance_crossed"),
    EventType.EXCEPTION_ROUTED: ("approvals", "exception_routed"),
    EventType.DELIVERY_REVIEW_ENTERED: ("project_initiation", "delivery_review"),
    EventType.STILL_OPEN: ("staffing", "searching"),
}


def event_of(kind, data, *, received_at=RECEIVED, requester="rita", **changes):
    """An event about the small firm."""
    workflow, step = PLACES[kind]
    said = {
        "event_id": uuid4(), "source": "urn:test", "id": uuid4().hex, "type": kind, "subject": None,
        "happened_at": None, "received_at": received_at, "principal_id": "engine-1",
        "place": Place(workflow, "I-1", step, requester), "data": data,
    }  # fmt: skip
    return Event(**{**said, **changes})


def time_of(*persons, **changes):
    """An event about days of these persons in the week of `RECEIVED`."""
    days = {"first_day": "2025-10-20", "last_day": "2025-10-21"}
    return event_of(TIME, {"person_ids": list(persons), **days}, **changes)


def day_champion(predictor):
    """The champion of ``missing_time``."""
    return Champion("missing_time", "7", {"trainer": "dana", "promoter": "paul", "calibrated": "true"}, predictor)


@pytest.fixture(scope="session")
def records():
    return read_folder(FIRM).records


@pytest.fixture(scope="session")
def predictor(records):
    """The frequencies behind the rule: what it says matters little here, and it is learnt at once."""
    settings = parse_settings(TASK, {"kind": "rule"})
    known = Dataset.of(TASK, records, settings.outcome).resolved_by(datetime(2025, 9, 15, tzinfo=UTC))
    return fit(TASK, known, settings, str)


@pytest.fixture(scope="module")
def home():
    folder = private_folder(Path(tempfile.mkdtemp(prefix="h", dir=os.environ["BELLWETHER_TEST_RUN"])))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def engine(module_database):
    engine = ledger_database.engine(module_database)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def deployment(engine, home, gate, predictor, records):
    """``services`` and a worker's ``parts`` over the firm's records, of which the worker is not at work."""
    now, url = datetime.now(UTC), engine.url.render_as_string(hide_password=False)
    with engine.begin() as connection:
        load(connection, records)
        note_load(connection, records, now=now)
    use = {"officer": "o", "purpose": "p", "impact_assessment": "i", "worker_information": "w"}
    settings = Settings(
        home=home, database_url=url, person_level=use, pipeline={"poll_seconds": 0.02},
        webhooks={"allow_private": ["127.0.0.0/8"]},
    )  # fmt: skip
    champions = Standing(missing_time=day_champion(predictor))
    keys = SigningKeysInForce(KeyFolder(home / "signing-keys"), now=now)
    with GroupCommitter(engine, home, clock=lambda: datetime.now(UTC)) as committer:
        services = assembled(settings, engine, gate, keys, committer, champions, Metrics())
        with Gathering(engine) as gathering:
            yield SimpleNamespace(services=services, parts=worker_parts(services, gathering, url), champions=champions)


@pytest.fixture
def services(deployment):
    return deployment.services


@pytest.fixture
def parts(deployment):
    return deployment.parts


@pytest.fixture
def kept(engine, services):
    """Keeps and queues events; their ids."""

    def keep(*events):
        return [each.event_id for each in take(engine, events, services.pipeline.enqueue_events)]

    return keep


@pytest.fixture
def outcome(engine):
    """What became of an event: its status, why, and how it changed which causes."""

    def look(event_id):
        with engine.connect() as connection:
            event = connection.execute(
                text("SELECT status, why FROM events WHERE event_id = :id"), {"id": event_id}
            ).one()
            causes = connection.execute(
                text(
                    "SELECT cause_kind, cause_key, change FROM event_exceptions JOIN exceptions USING (exception_id) "
                    "WHERE event_id = :id ORDER BY cause_kind, cause_key"
                ),
                {"id": event_id},
            )
            return event.status, event.why, [tuple(row) for row in causes]

    return look


def queued(engine, workflow_id):
    """The status of a piece of work at DBOS, None where there is none."""
    query = text("SELECT status FROM dbos.workflow_status WHERE workflow_uuid = :id")
    with engine.connect() as connection:
        return connection.execute(query, {"id": str(workflow_id)}).scalar()
