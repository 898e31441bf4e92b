"""The deployment that training works in: its database, its registry, and who is at work."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from ledger.database import database_url, engine, registry_url
from ledger.home import home, private_folder
from ledger.migrate import migrate
from ledger.principals import Principal
from training.principal import principal
from training.registry import Registry


@dataclass(frozen=True)
class Deployment:
    """What a command of the lab needs of the deployment. ``principal`` is None where no key was given."""

    home: Path
    engine: Engine
    registry: Registry
    principal: Principal | None


@contextmanager
def deployment(environ: Mapping[str, str] = os.environ) -> Iterator[Deployment]:
    """The deployment that the environment names, with its database brought to its schema.

    Raises KeyRefusedError, or an error of the ledger where there is no database.
    """
    folder = home(environ)
    url = database_url(environ)
    own = engine(url)
    try:
        migrate(own)
        who = principal(own, environ)
        named = environ.get("BELLWETHER_MLFLOW_ARTIFACTS", "").strip()
        artifacts = private_folder(Path(named).expanduser().resolve() if named else folder / "mlflow-artifacts")
        yield Deployment(folder, own, Registry(registry_url(url), artifacts), who)
    finally:
        own.dispose()
