"""A worker: takes what is queued, does it, and looks after what other workers left undone when they died."""

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from uuid import UUID

import structlog
from dbos import DBOS
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from ledger.errors import LedgerError
from service.outgoing.delivering import Postman, attempt
from service.pipeline.durable import Durable, Workflow
from service.pipeline.leases import Lease, expired, release, renew, take_lease
from service.pipeline.names import DELIVER, PROCESS_EVENT, RUN_SCHEDULE, VERSION
from service.pipeline.patience import Patience
from service.pipeline.pipeline import Pipeline
from service.pipeline.processing import Processing
from service.pipeline.scheduling import Scheduling
from service.pipeline.takeover import ended_before, forgotten_deliveries, forgotten_events, given_up_events, left_by
from service.pipeline_settings import PipelineSettings, ScheduleSettings
from service.readiness import Finding
from service.repeating import Repeating

HEARTBEAT_SECONDS = 5.0
TEND_SECONDS = 60.0
DRAIN_SECONDS = 10.0
KEPT = dt.timedelta(days=1)
"""How long DBOS's rows of ended work are kept, for whoever asks why something was slow. What came of it is in ours."""

_MOST_FORGOTTEN = 5_000
_log = structlog.get_logger("bellwether.worker")


@dataclass(frozen=True)
class Parts:
    """What a worker works with. ``url`` is that of the database, ``clock`` tells the instant."""

    engine: Engine
    url: str
    pipeline: Pipeline
    processing: Processing
    postman: Postman
    scheduling: Scheduling
    settings: PipelineSettings
    schedules: ScheduleSettings
    clock: Callable[[], dt.datetime]


class Worker:
    """Works from entering until leaving; leaving finishes what is under way, for `DRAIN_SECONDS` at most.

    One a process, for DBOS is. What it may not finish stays under its name, and is done by whoever has that next.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._leaving = threading.Event()
        self._patience = Patience(self._leaving)
        self._working: set[str] = set()
        self._changed = threading.Condition()
        self._lease: Lease | None = None
        self._durable: Durable | None = None
        self._renewed = 0.0
        self._tended = -TEND_SECONDS
        self._heart = Repeating("heartbeat", self.beat, every_seconds=HEARTBEAT_SECONDS, patience_seconds=DRAIN_SECONDS)

    def __enter__(self) -> Self:
        self._start()
        self._heart.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._leaving.set()
        self._heart.__exit__(kind, error, at)
        self._stop()

    @property
    def executor_id(self) -> str | None:
        """The name that this process has now."""
        return self._lease.executor_id if self._lease else None

    def finding(self) -> Finding:
        """Whether this worker is in touch with the database, for ``/readyz``."""
        silent = time.monotonic() - self._renewed
        if silent > 3 * HEARTBEAT_SECONDS:
            return Finding(ok=False, why=f"the worker has not reached the database for {silent:.0f} s; it keeps trying")
        return Finding(ok=True)

    def beat(self) -> None:
        """Says that this process lives, and takes up what nobody does. Never raises; a failure is the next beat's."""
        try:
            self._beat()
        except (LedgerError, SQLAlchemyError, OSError) as error:
            _log.warning("heartbeat missed", why=type(error).__name__)
        except Exception:  # noqa: BLE001 - whatever it is, the process lives and the next beat has to come
            _log.exception("heartbeat failed")

    def _beat(self) -> None:
        assert self._lease is not None
        with self._parts.engine.begin() as connection:
            ours = renew(connection, self._lease)
        if not ours:
            _log.warning("another process has this name now, taking another one", executor_id=self._lease.executor_id)
            self._stop()
            self._start()
            return
        before, self._renewed = self._renewed, time.monotonic()
        if self._renewed - before < 2 * HEARTBEAT_SECONDS:  # after an outage the others come first: they live, too
            self._take_over()
        self._take_up()
        if self._renewed - self._tended >= TEND_SECONDS:
            self._tended = self._renewed
            self._parts.processing.tend()

    def _take_over(self) -> None:
        """Queues again what dead processes had under way, and what nobody here works on though it has our name."""
        assert self._lease is not None
        assert self._durable is not None
        own = self._lease.executor_id
        with self._parts.engine.connect() as connection:
            found = left_by(connection, [own, *expired(connection)], VERSION)
        working = self._at_work()
        left = [(name, work) for name, work in found if name != own or work not in working]
        for name, work in left:
            self._durable.requeue(work, name)
        if left:
            _log.info("taken over", pieces=len(left), of=sorted({name for name, _ in left}))

    def _take_up(self) -> None:
        """Ends what DBOS gave up on, queues what is in no queue, and forgets what ended long ago."""
        parts = self._parts
        with parts.engine.connect() as connection:
            given_up = given_up_events(connection)
            events, attempts = forgotten_events(connection), forgotten_deliveries(connection)
            old = ended_before(connection, parts.clock() - KEPT, at_most=_MOST_FORGOTTEN)
        for event_id in given_up:
            parts.processing.fail(event_id, "given_up", "Every process that took the event up has ended over it.")
        Durable.forget([*old, *(attempt for _, attempt in attempts)])
        if events or attempts:
            with parts.engine.begin() as connection:
                parts.pipeline.enqueue_events(connection, events)
                parts.pipeline.enqueue_deliveries(connection, [delivery_id for delivery_id, _ in attempts])

    def _process_event(self, event_id: str) -> None:
        with self._at(event_id):
            processing, known = self._parts.processing, UUID(event_id)
            try:
                self._patience.outlast(lambda: processing.process(known))
            except Exception as error:  # noqa: BLE001 - whatever it is, it ends in the inbox
                name = type(error).__name__
                _log.exception("event failed", event_id=event_id)
                why = f"It failed within the service ({name}); its log says where."
                self._patience.outlast(lambda: processing.fail(known, "error", why, about=name))

    def _deliver(self, delivery_id: str, number: int) -> None:
        with self._at(f"{delivery_id}:{number}"):
            parts, known = self._parts, UUID(delivery_id)

            def deliver() -> None:
                again = attempt(parts.engine, parts.postman, known, now=parts.clock(), number=number)
                if again is not None:
                    with parts.engine.begin() as connection:
                        parts.pipeline.enqueue_deliveries(connection, [known], due=again)

            self._patience.outlast(deliver)

    def _run_schedule(self, scheduled_at: dt.datetime, name: str) -> None:
        with self._at(f"{name}:{scheduled_at.isoformat()}"):
            scheduling = self._parts.scheduling
            try:
                self._patience.outlast(lambda: scheduling.run(name, scheduled_at))
            except Exception as error:  # noqa: BLE001 - whatever it is, it ends in the inbox
                _log.exception("schedule failed", schedule=name)
                event_id = self._patience.outlast(lambda: scheduling.failed(name, scheduled_at))
                why = f"The schedule {name} failed ({type(error).__name__}); the log of the service says where."
                fail = self._parts.processing.fail
                self._patience.outlast(lambda: fail(event_id, "schedule", why, about=name))

    @contextmanager
    def _at(self, _work: str) -> Iterator[None]:
        workflow_id = DBOS.workflow_id or _work
        with self._changed:
            self._working.add(workflow_id)
        try:
            yield
        finally:
            with self._changed:
                self._working.discard(workflow_id)
                self._changed.notify_all()

    def _at_work(self) -> set[str]:
        with self._changed:
            return set(self._working)

    def _start(self) -> None:
        parts = self._parts
        self._lease = take_lease(parts.engine)
        self._renewed = time.monotonic()
        workflows: dict[str, Workflow] = {
            PROCESS_EVENT: self._process_event,
            DELIVER: self._deliver,
            RUN_SCHEDULE: self._run_schedule,
        }
        try:
            self._durable = Durable(
                parts.url, self._lease.executor_id, workflows, parts.settings, parts.schedules
            ).__enter__()
        except BaseException:
            self._let_go()
            raise
        _log.info("working", executor_id=self._lease.executor_id)

    def _stop(self) -> None:
        if self._durable is None:
            return
        self._durable.take_no_more()
        with self._changed:
            if not self._changed.wait_for(lambda: not self._working, DRAIN_SECONDS):
                _log.warning("left under way", pieces=len(self._working))
        self._durable.__exit__(None, None, None)
        self._durable = None
        self._let_go()

    def _let_go(self) -> None:
        lease, self._lease = self._lease, None
        if lease is None:
            return
        try:
            with self._parts.engine.begin() as connection:
                release(connection, lease)
        except (LedgerError, SQLAlchemyError) as error:
            _log.warning("name not given back; it lapses by itself", why=type(error).__name__)
