"""The application under a real HTTP server, on a real database."""

import asyncio
import io
import logging
import socket
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Literal

import httpx
import pytest
import sqlalchemy.exc
import structlog
import uvicorn
from fastapi import Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator

from ledger.principals import create_key
from models.catalog import TASKS
from service.api.access import ACCESS, Route
from service.api.auth import guarded_router
from service.api.dependencies import Caller
from service.app import ROUTERS, create_app
from service.champions import Champions
from service.gate.gate_files import load_gate
from service.gate.key_folder import KeyFolder
from service.gate_in_force import GateInForce
from service.logs import configure_logs
from service.metrics import Metrics
from service.settings import Settings
from service.signing_keys_in_force import SigningKeysInForce
from service.store.commit import GroupCommitter
from service.wiring import assembled

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture(scope="session")
def gate():
    return GateInForce(load_gate())


@pytest.fixture
def settings(home, database):
    return Settings(home=home, database_url=database)


@pytest.fixture
def committer(engine, settings):
    with GroupCommitter(engine, settings.home, clock=lambda: datetime.now(UTC)) as committer:
        yield committer


@pytest.fixture
def services(settings, engine, gate, committer):
    """The parts of the service, with a registry in which nobody has looked yet."""
    metrics = Metrics()
    champions = Champions(
        "postgresql+psycopg://nobody@127.0.0.1:1/none",
        TASKS,
        lambda folder: folder,
        folder=settings.home / "champions",
        refresh_seconds=60,
        serves=metrics.serves,
    )
    signing_keys = SigningKeysInForce(KeyFolder(settings.home / "signing-keys"), now=NOW)
    return assembled(settings, engine, gate, signing_keys, committer, champions, metrics)


@pytest.fixture
def new_key(engine):
    """Makes an API key of a role."""

    def make(api_role="orchestrator", principal_id="engine-1"):
        with engine.begin() as connection:
            return create_key(connection, principal_id=principal_id, api_role=api_role, now=NOW)

    return make


@pytest.fixture
def log():
    """All that is logged, as one text."""
    root, stream = logging.getLogger(), io.StringIO()
    before, level = list(root.handlers), root.level
    configure_logs(stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


class _Server(uvicorn.Server):
    """Notices at once that it is to stop; hundreds of tests wait for that."""

    async def main_loop(self):
        while not self.should_exit:  # noqa: ASYNC110 - a flag is all that uvicorn has
            await asyncio.sleep(0.01)


@contextmanager
def served(services, **parts):
    """A client of an application of these services, with the given routers and access, under a real server."""
    config = uvicorn.Config(create_app(services, **parts), ws="none", log_config=None, access_log=False)
    server = _Server(config)
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with httpx.Client(base_url=url, timeout=30, verify=False) as client:  # no TLS, so no certificates to load
            yield client
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@pytest.fixture
def serving(services, log):
    """Serves an application of these services, or of others, and hands out a client of it."""

    def serve(instead=None, **parts):
        return served(instead or services, **parts)

    return serve


@pytest.fixture
def client(serving):
    """A client of the application as it is."""
    with serving() as client:
        yield client


@pytest.fixture
def toy_client(serving, new_key):
    """A client, with an engine's key, of an application that has the toy routes and lets streams be longer."""
    with serving(routers=(*ROUTERS, toys), access=TOY_ACCESS, body_limits={"/v1/streams": None}) as client:
        client.headers["Authorization"] = f"Bearer {new_key()}"
        yield client


ONLY_ENGINES = frozenset({"orchestrator"})
TOY_ACCESS = {
    **ACCESS,
    Route("POST", "/v1/toys"): ONLY_ENGINES,
    Route("POST", "/v1/faults/{kind}"): ONLY_ENGINES,
    Route("PUT", "/v1/streams"): ONLY_ENGINES,
}

toys = guarded_router()


class Snapshot(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    hours: Annotated[float, Field(ge=0, le=24)]
    mood: Literal["good", "bad"] = "good"
    note: str = ""

    @field_validator("note")
    @classmethod
    def _no_note(cls, note: str) -> str:
        if note:
            raise ValueError(f"the note {note} is too personal")
        return note


class Toy(BaseModel):
    model_config = ConfigDict(extra="forbid")

    as_of: AwareDatetime | None = None
    subjects: Annotated[list[Snapshot], Field(min_length=1)]


@toys.post("/v1/toys")
def play(toy: Toy, caller: Caller, times: int = 1) -> dict[str, object]:
    return {"played": len(toy.subjects) * times, "by": caller.principal_id}


@toys.post("/v1/faults/{kind}")
def fail(kind: str, toy: Toy) -> None:
    secret = f"row {toy.subjects[0]} could not be read"
    if kind == "database":
        raise sqlalchemy.exc.OperationalError(secret, None, Exception(secret))
    raise RuntimeError(secret)


@toys.put("/v1/streams")
async def take(request: Request) -> dict[str, int]:
    return {"bytes": sum([len(chunk) async for chunk in request.stream()])}
