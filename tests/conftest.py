"""A real PostgreSQL for every test that wants one.

It is the embedded server, shared by all workers of one run, or the one that ``BELLWETHER_TEST_DATABASE_URL`` names.
Each test has a database to itself, copied from one that was migrated once, or put back as it was after another test.
"""

import os
import shutil
import tempfile
import uuid
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from ledger import database as ledger_database
from ledger import embedded
from ledger.home import private_folder
from ledger.migrate import migrate
from service.fake_llm.server import FakeLlm
from service.pipeline.schema import migrate_durable_work
from tests.recycled import Recycled

settings.register_profile("suite", deadline=None)  # how long an example takes is for benchmarks to say
settings.load_profile("suite")

_ONE_TEMPLATE_MAKER = 0x74657374


def pytest_configure(config):
    if not hasattr(config, "workerinput"):  # the workers find the folder in the environment that they inherit
        os.environ["BELLWETHER_TEST_RUN"] = tempfile.mkdtemp(prefix="bw-", dir="/tmp")


def pytest_unconfigure(config):
    if not hasattr(config, "workerinput"):
        given = os.environ.get("BELLWETHER_TEST_DATABASE_URL")
        if given:
            url = ledger_database.database_url({"BELLWETHER_DATABASE_URL": given})
            with _maintenance(url) as connection:
                made = text("SELECT datname FROM pg_database WHERE starts_with(datname, :name)")
                for name in connection.execute(made, {"name": _template_name()}).scalars().all():
                    connection.execute(text(f'DROP DATABASE IF EXISTS "{name}"'))
        shutil.rmtree(os.environ.pop("BELLWETHER_TEST_RUN"), ignore_errors=True)


@pytest.fixture
def home():
    """An empty BELLWETHER_HOME whose path is short enough for a socket."""
    folder = private_folder(Path(tempfile.mkdtemp(prefix="h", dir=os.environ["BELLWETHER_TEST_RUN"])))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def server():
    """The URL of a PostgreSQL on which databases may be created."""
    given = os.environ.get("BELLWETHER_TEST_DATABASE_URL")
    if given:
        yield ledger_database.database_url({"BELLWETHER_DATABASE_URL": given})
        return
    shared = private_folder(Path(os.environ["BELLWETHER_TEST_RUN"]) / "server")
    url = ledger_database.database_url({"BELLWETHER_HOME": str(shared)})
    with _maintenance(url) as connection:  # nothing here has to survive a power cut
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    yield url
    embedded.leave(shared)


@pytest.fixture(scope="session")
def template(server):
    """The name of a migrated database that nobody is connected to."""

    def fill(engine):
        migrate(engine)
        migrate_durable_work(engine)

    return _made_once(server, _template_name(), "", fill)


@pytest.fixture(scope="session")
def make_template(server, template):
    """Makes, once a run, a migrated database that ``fill`` has put rows into, to copy others from; its name."""

    def make(name, fill):
        return _made_once(server, f"{_template_name()}_{name}", f' TEMPLATE "{template}"', fill)

    return make


@pytest.fixture(scope="session")
def databases(server, template):
    """Migrated, empty databases, to be lent."""
    recycled = Recycled(server, template)
    yield recycled
    recycled.drop_all()


@pytest.fixture
def database(databases):
    """The URL of a migrated, empty database of this test's own."""
    with databases.lent() as url:
        yield url


@pytest.fixture(scope="module")
def module_database(databases):
    """The URL of a migrated database that the tests of one module share."""
    with databases.lent() as url:
        yield url


@pytest.fixture(scope="session")
def shared_database(databases):
    """The URL of a migrated database that all tests of one worker share: for what takes too long to make anew."""
    with databases.lent() as url:
        yield url


@pytest.fixture
def bare_database(server):
    """The URL of a database without any table."""
    yield from new_database(server, "")


@pytest.fixture
def fake_llm():
    """A double of a language model: ``fake_llm.url("slow")`` is the BASE_URL of a route that meets that scenario."""
    with FakeLlm(retry_after=0, drip_seconds=0.02) as double:
        yield double


@pytest.fixture
def engine(database):
    engine = ledger_database.engine(database)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine):
    """A connection whose transaction is rolled back, unless the test commits it."""
    with engine.connect() as connection:
        yield connection


@pytest.fixture
def environ(home, database):
    """What a command finds in its environment: this test's home and database."""
    return {"BELLWETHER_HOME": str(home), "BELLWETHER_DATABASE_URL": database}


def new_database(server, options):
    """The URL of a database of its own, until whoever asked goes on."""
    name = f"bw_test_{uuid.uuid4().hex}"
    with _maintenance(server) as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"{options}'))
    yield _named(server, name)
    with _maintenance(server) as connection:
        siblings = connection.execute(
            text("SELECT datname FROM pg_database WHERE starts_with(datname, :name)"), {"name": name}
        )
        for sibling in siblings.scalars().all():
            connection.execute(text(f'DROP DATABASE "{sibling}" WITH (FORCE)'))


def _made_once(server, name, options, fill):
    with _maintenance(server) as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _ONE_TEMPLATE_MAKER})
        made = connection.execute(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": name}).first()
        if made is None:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}_new"'))
            connection.execute(text(f'CREATE DATABASE "{name}_new"{options}'))
            fill(create_engine(_named(server, f"{name}_new"), poolclass=NullPool))
            connection.execute(text(f'ALTER DATABASE "{name}_new" RENAME TO "{name}"'))
        connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _ONE_TEMPLATE_MAKER})
    return name


def _template_name():
    return "bw_template_" + Path(os.environ["BELLWETHER_TEST_RUN"]).name.removeprefix("bw-")


def _maintenance(url):
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    return engine.connect()


def _named(url, database):
    return make_url(url).set(database=database).render_as_string(hide_password=False)
