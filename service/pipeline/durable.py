"""DBOS, started and stopped as we need it: one instance a process, under a leased name, on an engine of its own.

What DBOS writes need not survive a power cut, for whatever it forgets is done again and found done. So its sessions do
not wait for the disk; what we queue is in transactions of our own, which do.
"""

from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from dbos import DBOS, DBOSConfig
from sqlalchemy import make_url

from ledger.database import engine
from service.pipeline.dbos_log import quiet
from service.pipeline.names import APPLICATION, EVENTS, RUN_SCHEDULE, SCHEDULED, SCHEMA, VERSION, WEBHOOKS
from service.pipeline_settings import PipelineSettings, ScheduleSettings

RECOVERIES = 10
"""How often work that died with its process is taken up again before it counts as what kills it."""

_SPARE_THREADS = 4
"""For what is scheduled and recovered: each piece of work that is taken finds a thread at once."""

Workflow = Callable[..., None]


class Durable:
    """DBOS under ``executor_id``, from entering until leaving. ``workflows`` are by the names of `names`."""

    def __init__(
        self,
        url: str,
        executor_id: str,
        workflows: Mapping[str, Workflow],
        settings: PipelineSettings,
        schedules: ScheduleSettings,
    ) -> None:
        self._executor_id = executor_id
        self._engine = engine(_without_waiting_for_the_disk(url))
        self._workflows, self._settings, self._schedules = workflows, settings, schedules
        self._dbos: DBOS | None = None

    def __enter__(self) -> Self:
        quiet()
        try:
            self._dbos = DBOS(config=self._config())
            registered = {name: _registered(name, work) for name, work in self._workflows.items()}
            DBOS.launch()
            self._register_queues()
            self._schedule(registered[RUN_SCHEDULE])
        except BaseException:
            self._destroy()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._destroy()

    def take_no_more(self) -> None:
        """No further work is taken; what is under way goes on."""
        assert self._dbos is not None
        for stop in self._dbos.background_thread_stop_events:
            stop.set()

    def requeue(self, workflow_id: str, executor_id: str) -> bool:
        """Queue work again that is under way under a name and by nobody. Counted: after `RECOVERIES` DBOS gives up.

        The same that DBOS does at its start for its own name; for other names and single pieces it has no public way
        that counts.
        """
        assert self._dbos is not None
        return self._dbos._sys_db.reenqueue_for_recovery(workflow_id, [executor_id], EVENTS)  # noqa: SLF001

    @staticmethod
    def forget(workflow_ids: Sequence[str]) -> None:
        """Remove what is kept of work that has ended."""
        if workflow_ids:
            DBOS.delete_workflows(list(workflow_ids))

    def _config(self) -> DBOSConfig:
        threads = self._settings.events_at_once + self._settings.deliveries_at_once + _SPARE_THREADS
        return DBOSConfig(
            name=APPLICATION,
            system_database_engine=self._engine,
            dbos_system_schema=SCHEMA,
            application_version=VERSION,
            executor_id=self._executor_id,
            run_migrations=False,
            use_listen_notify=False,  # it serves messages between workflows, of which there are none
            enable_otlp=False,
            log_level="WARNING",
            max_executor_threads=threads,
            notification_listener_polling_interval_sec=0.2,  # looks at nothing; how long it takes to notice the end
        )

    def _register_queues(self) -> None:
        settings = self._settings
        DBOS.register_queue(
            EVENTS, worker_concurrency=settings.events_at_once, polling_interval_sec=settings.poll_seconds
        )
        DBOS.register_queue(
            WEBHOOKS,
            worker_concurrency=settings.deliveries_at_once,
            partition_limiter={"limit": settings.deliveries_a_second, "period": 1.0},
            polling_interval_sec=settings.poll_seconds,
        )
        DBOS.register_queue(SCHEDULED, worker_concurrency=1)

    def _schedule(self, run: Workflow) -> None:
        wanted = self._schedules.on
        for name in {each["schedule_name"] for each in DBOS.list_schedules()} - wanted.keys():
            DBOS.delete_schedule(name)
        if wanted:
            DBOS.apply_schedules(
                [
                    {
                        "schedule_name": name,
                        "workflow_fn": run,
                        "schedule": cron,
                        "context": name,
                        "cron_timezone": self._schedules.timezone,
                        "queue_name": SCHEDULED,
                    }
                    for name, cron in wanted.items()
                ]
            )

    def _destroy(self) -> None:
        DBOS.destroy(destroy_registry=True)
        self._engine.dispose()


def _registered(name: str, work: Workflow) -> Workflow:
    """The function as DBOS knows it. It returns nothing: results would be stored."""

    def run(*given: Any) -> None:
        work(*given)

    return DBOS.workflow(name=name, max_recovery_attempts=RECOVERIES)(run)


def _without_waiting_for_the_disk(url: str) -> str:
    given = make_url(url)
    theirs = given.query.get("options", "")
    options = f"{theirs if isinstance(theirs, str) else ' '.join(theirs)} -c synchronous_commit=off".strip()
    return given.update_query_dict({"options": options}).render_as_string(hide_password=False)
