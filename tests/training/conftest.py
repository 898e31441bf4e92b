"""The firm of fixtures/, and one deployment in which versions of its predictor were really trained."""

import datetime as dt
import os
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import make_url, select, text

from ledger.database import engine as new_engine
from ledger.home import private_folder
from ledger.principals import create_key
from ledger.record import transaction
from ledger.tables import audit
from models.catalog import TASKS
from models.reading import read_folder
from training import intervals
from training.dataset import Dataset
from training.deployment import deployment
from training.settings import parse_settings
from training.train import train

FIRM = Path(__file__).parents[2] / "fixtures" / "firm"
QUICK = {"trees": "40", "learning_rate": "0.2", "moment": "friday"}
"""So few trees need a higher rate to learn what there is: else calibration has to stretch them by more than a half."""
NOW = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
KEYS = {
    "ada": ("ada", "data_scientist"),
    "bo": ("bo", "pmo"),
    "ada_as_admin": ("ada", "admin"),
    "cy": ("cy", "consultant"),
}
"""Who holds which key: Ada trains, Bo promotes, and Ada has an administrator's key too."""


MLFLOW_ITSELF = ("ignore::DeprecationWarning", "ignore::FutureWarning")
"""MLflow calls what SQLAlchemy and pandas will take away one day."""


@pytest.hookimpl(tryfirst=True)  # before the groups are read
def pytest_collection_modifyitems(items):
    for item in items:
        if "trained" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("lab"))  # --dist loadgroup: one worker trains for all of them
            for warning in MLFLOW_ITSELF:
                item.add_marker(pytest.mark.filterwarnings(warning))


@pytest.fixture(scope="session")
def task():
    return TASKS["missing_time"]


@pytest.fixture(scope="session")
def firm():
    """The records of the firm in fixtures/."""
    return read_folder(FIRM).records


@pytest.fixture(scope="session")
def quick(task):
    """Settings that fit in a second or so: few trees that learn fast, and Fridays only."""
    return parse_settings(task, QUICK)


@pytest.fixture(scope="session")
def dataset(task, firm, quick):
    """The firm's labelled Fridays."""
    return Dataset.of(task, firm, quick.outcome)


@pytest.fixture
def rows():
    """A maker of datasets from ``(subject_id, as_of, resolved_at, outcome)``, days of March 2026."""

    def make(*given):
        frame = pl.DataFrame(
            [(subject, march(asked), march(known), outcome) for subject, asked, known, outcome in given],
            schema={
                "subject_id": pl.String,
                "as_of": pl.Datetime("us", "UTC"),
                "resolved_at": pl.Datetime("us", "UTC"),
                "outcome": pl.Boolean,
            },
            orient="row",
        )
        return Dataset(frame.sort("as_of", "subject_id").with_columns(settled_at="resolved_at"), 0)

    return make


def march(day):
    return dt.datetime(2026, 3, 1, tzinfo=dt.UTC) + dt.timedelta(days=day - 1)


def unmade(message):
    """Progress that nobody watches."""


@dataclass(frozen=True)
class Lab:
    """A deployment with registered versions: their numbers by what is special about them."""

    environ: dict[str, str]
    keys: dict[str, str]
    numbers: dict[str, int]

    def as_(self, who):
        """The environment of a principal's shell; None is nobody's."""
        return self.environ | ({"BELLWETHER_KEY": self.keys[who]} if who else {})

    def at_work(self, who):
        """The deployment as that principal finds it."""
        return deployment(self.as_(who))

    def audited(self):
        """The audit chain from its start, ``(kind, payload)``."""
        own = new_engine(self.environ["BELLWETHER_DATABASE_URL"])
        with own.connect() as connection:
            found = connection.execute(select(audit.c.kind, audit.c.payload).order_by(audit.c.seq)).all()
        own.dispose()
        return [(row.kind, row.payload) for row in found]

    @contextmanager
    def registry_out_of_reach(self):
        """MLflow's database takes no connections, and loses those that it has."""
        name = make_url(self.environ["BELLWETHER_DATABASE_URL"]).database + "_mlflow"
        self._execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        self._execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        try:
            yield
        finally:
            self._execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')

    def _execute(self, statement):
        own = new_engine(self.environ["BELLWETHER_DATABASE_URL"]).execution_options(isolation_level="AUTOCOMMIT")
        with own.connect() as connection:
            connection.execute(text(statement))
        own.dispose()

    def champion(self):
        with self.at_work(None) as here:
            found = here.registry.champion("missing_time")
        return found.number if found else None

    def crown(self, number):
        """Makes a version the champion behind everybody's back; None takes the alias away."""
        with self.at_work(None) as here:
            client = here.registry._client
            client.delete_registered_model_alias("missing_time", "champion")
            if number is not None:
                client.set_registered_model_alias("missing_time", "champion", str(number))


@pytest.fixture(scope="session")
def trained(shared_database, task, firm, quick):
    """Trains once for all tests: MLflow's first start takes seconds. Fewer draws, for only decisions matter here."""
    folder = private_folder(Path(tempfile.mkdtemp(prefix="lab", dir=os.environ["BELLWETHER_TEST_RUN"])))
    environ = {"BELLWETHER_HOME": str(folder), "BELLWETHER_DATABASE_URL": shared_database}
    own = new_engine(shared_database)
    with transaction(own, folder) as connection:
        keys = {
            name: create_key(connection, principal_id=principal, api_role=api_role, now=NOW)
            for name, (principal, api_role) in KEYS.items()
        }
    own.dispose()
    lab = Lab(environ, keys, {})
    with pytest.MonkeyPatch.context() as patch, lab.at_work(None) as here:
        patch.setattr(intervals, "DRAWS", 20)

        def trains(name, *, trainer="ada", until=None, outcome=None, **fit):
            settings = replace(quick, fit=quick.fit.model_copy(update=fit), outcome=outcome or quick.outcome)
            version = train(task, firm, settings, here.registry, until=until, trainer=trainer, progress=unmade).version
            lab.numbers[name] = version.number

        trains("good")
        trains("as good")
        trains("worse", kind="rule")
        trains("keyless", trainer=None, trees=5)
        trains("older", until=dt.datetime(2025, 9, 1, tzinfo=dt.UTC))
        trains("of another outcome", outcome=parse_settings(task, QUICK | {"label": "no_entry"}).outcome)
        yield lab
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def few_draws(monkeypatch):
    """Bootstraps that decide the same with fewer draws."""
    monkeypatch.setattr(intervals, "DRAWS", 20)


@pytest.fixture
def lab(trained, few_draws):
    """The trained deployment, without a champion."""
    trained.crown(None)
    return trained
