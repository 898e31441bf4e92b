"""Events as an engine would send them about the small firm, and its records in a database of the module's own."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from ledger import database as ledger_database
from models.reading import read_folder
from service.events.event import Event
from service.events.known_types import KNOWN
from service.store.records import load
from service.triage.desk import Place

FIRM = Path(__file__).parents[3] / "fixtures" / "firm"
RECEIVED = datetime(2025, 10, 22, 10, tzinfo=UTC)


def event_of(name, data=None, *, received_at=RECEIVED, **changes):
    """The example of a type as it is kept, with other data or anything else changed."""
    example = KNOWN[name].example()
    place = Place(example["data"]["workflow"]["name"], "I-1", "s", None)
    own = {key: value for key, value in example["data"].items() if key != "workflow"}
    event = Event(
        event_id=uuid4(), source=example["source"], id=uuid4().hex, type=name, subject=example["subject"],
        happened_at=datetime.fromisoformat(example["time"]), received_at=received_at, principal_id="engine-1",
        place=place, data=own if data is None else data,
    )  # fmt: skip
    return replace(event, **changes)


@pytest.fixture(scope="module")
def module_engine(module_database):
    engine = ledger_database.engine(module_database)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def firm(module_engine):
    """An engine of a database with the firm's records."""
    with module_engine.begin() as connection:
        load(connection, read_folder(FIRM).records)
    return module_engine
