"""A simulated firm whose records end today, with a champion of every task, in an embedded PostgreSQL of its own."""

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from figures import say
from sqlalchemy import Engine, text

from ledger import embedded
from ledger.database import database_url, engine, registry_url
from ledger.home import private_folder
from ledger.migrate import migrate
from ledger.principals import create_key
from models.catalog import TASKS
from models.reading import read_folder
from service.pipeline.schema import migrate_durable_work
from training.importing.last_day import move_to
from training.importing.writing import write_folder
from training.registry import Registry
from training.simulate.simulate import simulate

PEOPLE, MONTHS, SEED = 60, 9, 7
KIND = "linear"
PERSON_LEVEL = {
    "BELLWETHER_PERSON_LEVEL__OFFICER": "the benchmark", "BELLWETHER_PERSON_LEVEL__PURPOSE": "to measure",
    "BELLWETHER_PERSON_LEVEL__IMPACT_ASSESSMENT": "none: nobody is real",
    "BELLWETHER_PERSON_LEVEL__WORKER_INFORMATION": "none: nobody is real",
}  # fmt: skip
ENGINE_NAME, TRAINER, PROMOTER = "engine", "dana", "pavel"


@dataclass(frozen=True)
class Deployment:
    """``subjects`` are the ids that can be asked about today, by task; ``key`` is an engine's, ``set_`` settings."""

    home: Path
    url: str
    key: str
    subjects: Mapping[str, Sequence[str]]
    set_: Mapping[str, str]

    @property
    def environ(self) -> dict[str, str]:
        """What a program finds in its environment."""
        named = {"BELLWETHER_HOME": str(self.home), "BELLWETHER_DATABASE_URL": self.url}
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("BELLWETHER_")}
        return {**inherited, **named, **PERSON_LEVEL, **self.set_}

    @contextmanager
    def connected(self) -> Iterator[Engine]:
        own = engine(self.url)
        try:
            yield own
        finally:
            own.dispose()


@contextmanager
def deployed(home: Path, **settings: str) -> Iterator[Deployment]:
    """The deployment in a folder. What an earlier run has learnt there is used again; what it processed is gone."""
    private_folder(home)
    url = database_url({"BELLWETHER_HOME": str(home)})
    try:
        own = engine(url)
        migrate(own)
        migrate_durable_work(own)
        records = home / "records"
        if not (home / "learnt").exists():
            _learn(home, url, records)
            (home / "learnt").touch()
        with own.begin() as connection:
            connection.execute(text(f"TRUNCATE {', '.join(_PROCESSED)} CASCADE"))
            key = create_key(connection, principal_id=ENGINE_NAME, api_role="orchestrator", now=dt.datetime.now(dt.UTC))
        own.dispose()
        yield Deployment(home, url, key, _open_today(records), settings)
    finally:
        embedded.leave(home)


_PROCESSED = (
    "events", "exceptions", "troubles", "event_exceptions", "answers", "recommendations", "alerts", "deliveries",
    "subscriptions", "executors", "dbos.workflow_status", "dbos.workflow_input", "dbos.workflow_output",
)  # fmt: skip


def _learn(home: Path, url: str, records: Path) -> None:
    say("simulating a firm, and learning from it")
    simulate(home / "simulated", PEOPLE, MONTHS, SEED, lambda _: None)
    moved = move_to(read_folder(home / "simulated").records, dt.datetime.now(dt.UTC).date())
    write_folder(records, moved.records, {})
    environ = {**os.environ, "BELLWETHER_HOME": str(home), "BELLWETHER_DATABASE_URL": url}
    own = engine(url)
    with own.begin() as connection:
        trainer = create_key(connection, principal_id=TRAINER, api_role="data_scientist", now=dt.datetime.now(dt.UTC))
    own.dispose()
    _run(["bellwether", "records", "load", str(records)], environ)
    registry = Registry(registry_url(url), private_folder(home / "mlflow-artifacts"))
    for task in TASKS:
        say(f"training {task}")
        train = ["bellwether-lab", "train", task, "--records", str(records), "--set", f"kind={KIND}"]
        _run(train, {**environ, "BELLWETHER_KEY": trainer})
        registry.promote(registry.version(task, 1), promoter=PROMOTER)  # how good it is, is not what is measured


def _run(command: Sequence[str], environ: Mapping[str, str]) -> None:
    program = str(Path(sys.executable).with_name(command[0]))
    done = subprocess.run([program, *command[1:]], env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stderr[-2000:]}")


def _open_today(records: Path) -> dict[str, list[str]]:
    firm, now = read_folder(records).records, dt.datetime.now(dt.UTC)
    found = {name: task.open_at(firm, now)["subject_id"].to_list() for name, task in TASKS.items()}
    say("open today: " + ", ".join(f"{len(ids)} of {name}" for name, ids in found.items()))
    return found
