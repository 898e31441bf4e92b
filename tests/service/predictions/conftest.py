"""The small firm in the database, and a predictor that learnt from its first months."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger.verify import verify
from models.catalog import TASKS
from models.reading import read_folder
from service.champions import Champion
from service.readiness import Finding
from service.settings import PersonLevelUse
from service.store.reach import note_load
from service.store.records import load
from tests.recycled import Recycled
from training.dataset import Dataset
from training.fit import fit
from training.settings import parse_settings

FIRM = Path(__file__).parents[3] / "fixtures" / "firm"
TASK = TASKS["missing_time"]
AS_OF = datetime(2025, 10, 16, 10, tzinfo=UTC)
PURPOSE = PersonLevelUse(officer="o", purpose="p", impact_assessment="i", worker_information="w")


class Standing:
    """Champions that nobody has to look up."""

    def __init__(self, **champions):
        self.champions = champions

    def get(self, task):
        return self.champions.get(task)

    def finding(self, task):
        return Finding(ok=task in self.champions)


@pytest.fixture(scope="session")
def records():
    return read_folder(FIRM).records


@pytest.fixture(scope="session")
def predictor(records):
    settings = parse_settings(TASK, {"trees": "60"})
    known = Dataset.of(TASK, records, settings.outcome).resolved_by(datetime(2025, 9, 15, tzinfo=UTC))
    return fit(TASK, known, settings, str)


@pytest.fixture
def champion(predictor):
    tags = {"trainer": "dana", "promoter": "paul", "calibrated": "true"}
    return Champion("missing_time", "7", tags, predictor)


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"person_level": PURPOSE})


@pytest.fixture(scope="session")
def firm_template(make_template, records):
    """The name of a database with the firm's records."""

    def fill(engine):
        with engine.begin() as connection:
            load(connection, records)
            note_load(connection, records, now=datetime.now(UTC))

    return make_template("firm", fill)


@pytest.fixture(scope="session")
def firm_databases(server, firm_template):
    """Databases with the firm's records, to be lent."""
    recycled = Recycled(server, firm_template)
    yield recycled
    recycled.drop_all()


@pytest.fixture
def database(firm_databases):
    """The URL of a database of this test's own, with the firm's records."""
    with firm_databases.lent() as url:
        yield url


@pytest.fixture
def services(services, champion):
    """The service with the firm's records, a champion, and the record that person-level tasks need."""
    return replace(services, champions=Standing(missing_time=champion))


@pytest.fixture
def engine_client(client, new_key):
    """A client with the key of an orchestration engine."""
    client.headers["Authorization"] = f"Bearer {new_key()}"
    return client


@pytest.fixture
def snapshots(records, predictor):
    """What the batch builder makes of all days that are open at AS_OF."""
    return TASK.build(records, TASK.open_at(records, AS_OF), TASK.settings())


@pytest.fixture
def chain(services):
    """Verifies the audit chain."""
    from ledger import heads  # noqa: PLC0415

    def check():
        saved = heads.load(services.settings.home)
        with services.engine.connect() as connection:
            return verify(connection, saved)

    return check


def asking(**changes):
    """The body of a call that asks for nothing wrong."""
    place = {"name": "time_and_expense", "instance": "TE-1", "step": "open", "requester": "rita"}
    return {"workflow": place, "as_of": AS_OF.isoformat(), **changes}
