"""How the parts are put together: the one place that builds them, and takes them down again."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Engine

from ledger import witness
from ledger.database import database_url, engine, ping, registry_url
from ledger.errors import ChainBrokenError, DatabaseUnavailableError
from ledger.migrate import migrate
from models.approval_summary.limits import load_limits
from models.approval_summary.summary import NO_LIMITS
from models.artifact import load
from models.catalog import TASKS
from models.predictor import Predictor
from models.sow.artifact import TASK as SOW
from models.sow.artifact import load as load_sow
from models.sow.classifier import Classifier
from service.chains.building import chain_of
from service.chains.chain import Chain, Traced, told_to_nobody
from service.chains.clearance import Clearance
from service.chains.tracing import Traces
from service.champions import Champions
from service.gate.gate import Gate
from service.gate.key_folder import KeyFolder
from service.gate_in_force import GateInForce
from service.gate_register import put_in_force
from service.inbox.deciding import Inbox
from service.known_keys import KnownKeys
from service.metrics import Metrics
from service.outgoing.delivering import Postman
from service.outgoing.outbox import Outbox
from service.outgoing.secret_box import SecretBox
from service.outgoing.sending import Sender
from service.outgoing.subscribing import Subscriptions
from service.outgoing.targets import Targets, resolved
from service.person_level import put_on_record
from service.pipeline.assessing import Assessor
from service.pipeline.backlog import backlog
from service.pipeline.pipeline import Pipeline
from service.pipeline.processing import Processing
from service.pipeline.scheduling import Scheduling
from service.pipeline.schema import migrate_durable_work
from service.pipeline.worker import Parts, Worker
from service.readiness import Check, Finding
from service.retaining import Retaining, limits_of
from service.services import Services
from service.settings import Settings
from service.signing_keys_in_force import SigningKeysInForce
from service.store.commit import GroupCommitter
from service.store.switches import stops
from service.triage.deciding import Decisions
from service.triage.desk import Desk
from service.triage.gathering import Gathering
from service.triage.sow_desk import Sows
from service.triage.sow_standing import NoSowChampions, SowChampions, SowReaders
from service.triage.summarising import Summaries


@contextmanager
def opened(settings: Settings, *, now: datetime, worker: bool = True) -> Iterator[Services]:
    """The services of one process, from its settings, with a ``worker`` of durable work beside; closed on leaving.

    Starts the embedded server where no database is named, migrates the database, and looks up the champions, which
    takes seconds. A task without a champion does not stop the start: ``checks`` say so. A mistake in the files of the
    gate does; they are looked at again while the service runs, and a mistake then leaves in force what is.

    Raises:
        LedgerError: no database; GateFilesRefused: the workflows, policies or tables; KeyFileRefused: a signing key;
        SecretKeyRefused: the key of the webhooks' secrets.
        LanguageModelRefused: a language model that is set and cannot be asked from here; TaxonomyRefused: the
        firm's own service lines.
    """
    url = database_url(settings.environ())
    own = engine(url)
    metrics = Metrics()
    champions = Champions(
        registry_url(url),
        TASKS,
        load,
        folder=settings.home / "champions",
        refresh_seconds=settings.champion_refresh_seconds,
        serves=metrics.serves,
    )
    sow_champions: Champions[Classifier] = Champions(
        registry_url(url),
        [SOW],
        load_sow,
        folder=settings.home / "champions",
        refresh_seconds=settings.champion_refresh_seconds,
        serves=metrics.serves,
    )
    try:
        migrate(own)
        migrate_durable_work(own)
        put_on_record(own, settings.home, settings.person_level, now=now)
        gate = GateInForce.read(
            settings.gate_folder,
            comes_into_force=partial(_put_in_force, own, settings.home),
            refresh_seconds=settings.gate_refresh_seconds,
        )
        signing_keys = SigningKeysInForce(KeyFolder(settings.home / "signing-keys"), now=now)
        retaining = Retaining(own, settings.home, limits_of(settings), clock=_clock)
        committing = GroupCommitter(own, settings.home, clock=_clock)
        with champions, sow_champions, gate, retaining, committing as committer, _traced(settings, url) as traced:
            services = assembled(
                settings, own, gate, signing_keys, committer, champions, metrics,
                traced=traced, sow_champions=sow_champions,
            )  # fmt: skip
            with services.chain:
                if not worker:
                    yield services
                    return
                with Gathering(own) as gathering, Worker(worker_parts(services, gathering, url)) as at_work:
                    yield replace(services, task_checks={**services.task_checks, "worker": at_work.finding})
    finally:
        own.dispose()


def assembled(  # noqa: PLR0917 - one parameter a part
    settings: Settings,
    own: Engine,
    gate: GateInForce,
    signing_keys: SigningKeysInForce,
    committer: GroupCommitter,
    champions: Champions[Predictor],
    metrics: Metrics,
    *,
    traced: Traced = told_to_nobody,
    sow_champions: SowChampions | None = None,
) -> Services:
    """The parts as one value, each given what it works with."""
    pipeline = Pipeline(own)
    outbox = Outbox(settings.issuer, pipeline.enqueue_deliveries)
    carrier = postman(settings)
    covered = settings.person_level.workflows if settings.person_level else frozenset()
    desk = Desk(
        engine=own,
        committer=committer,
        gate=gate,
        signing_keys=signing_keys,
        issuer=settings.issuer,
        audience=settings.audience,
        covered=covered,
    )
    decisions = Decisions(
        engine=own,
        home=settings.home,
        gate=gate,
        signing_keys=signing_keys,
        issuer=settings.issuer,
        audience=settings.audience,
    )
    return Services(
        settings=settings,
        engine=own,
        keys=KnownKeys(own),
        gate=gate,
        signing_keys=signing_keys,
        champions=champions,
        metrics=metrics,
        desk=desk,
        summaries=Summaries(desk, load_limits(settings.approval_limits) if settings.approval_limits else NO_LIMITS),
        sows=Sows(desk, SowReaders(sow_champions or NoSowChampions(), settings.taxonomy)),
        pipeline=pipeline,
        outbox=outbox,
        subscriptions=Subscriptions(
            engine=own,
            home=settings.home,
            box=carrier.box,
            targets=carrier.sender.targets,
            outbox=outbox,
            former_signs=timedelta(hours=settings.webhooks.former_secret_hours),
        ),
        chain=_chain(settings, own, gate, metrics, covered, traced),
        decisions=decisions,
        inbox=Inbox(
            engine=own,
            home=settings.home,
            gate=gate,
            decisions=decisions,
            triage=settings.triage,
            announce=lambda connection, changed, now: outbox.announce(connection, changed, now=now),
        ),
        checks=checks(own, settings.home, gate, champions),
        task_checks={
            "signing keys": signing_keys.finding,
            "durable work": partial(_durable_work, own),
            **task_checks(champions),
        },
    )


def worker_parts(services: Services, gathering: Gathering, url: str) -> Parts:
    """What a worker beside these services works with; ``url`` is that of their database."""
    settings, own = services.settings, services.engine
    desk = replace(services.desk, gathering=gathering)
    assessor = Assessor(own, desk, services.champions, settings.triage, services.summaries, services.sows)
    return Parts(
        engine=own,
        url=url,
        pipeline=services.pipeline,
        processing=Processing(assessor, services.outbox, settings.home, services.metrics, _clock),
        postman=postman(settings),
        scheduling=Scheduling(own, services.pipeline, settings.schedules, _clock),
        settings=settings.pipeline,
        schedules=settings.schedules,
        clock=_clock,
    )


def postman(settings: Settings) -> Postman:
    """What delivers webhooks. Raises SecretKeyRefused: the key under which their secrets lie in the database."""
    set_ = settings.webhooks
    sender = Sender(Targets(set_.allow_private, resolved), set_.timeout_seconds)
    return Postman(settings.home, SecretBox.at(settings.home), sender, set_.retry_seconds)


def _chain(  # noqa: PLR0917 - one parameter a part
    settings: Settings,
    own: Engine,
    gate: GateInForce,
    metrics: Metrics,
    covered: frozenset[str],
    traced: Traced,
) -> Chain:
    def stopped(task: str, workflow: str | None) -> bool:
        with own.connect() as connection:
            return any(stops(connection, task=task, workflow=workflow))

    return chain_of(settings.llm, Clearance(lambda: gate.current, stopped, covered), metrics, traced)


@contextmanager
def _traced(settings: Settings, url: str) -> Iterator[Traced]:
    if not settings.llm.traces:
        yield told_to_nobody
        return
    with Traces(registry_url(url), settings.home / "mlflow-artifacts") as traces:
        yield traces


def _clock() -> datetime:
    return datetime.now(UTC)


def _put_in_force(own: Engine, home: Path, gate: Gate) -> None:
    put_in_force(own, home, gate, now=_clock())


def checks(own: Engine, home: Path, gate: GateInForce, champions: Champions[Predictor]) -> dict[str, Check]:
    """What ``/readyz`` asks and every answer needs, by the name of the part."""
    return {
        "database": partial(_database, own),
        "audit": partial(_audit, own, home),
        "gate": gate.finding,
        "champion": partial(_any_champion, champions),
    }


def task_checks(champions: Champions[Predictor]) -> dict[str, Check]:
    """What ``/readyz`` asks of each task, and only the answers of that task need."""
    return {f"champion {task}": partial(champions.finding, task) for task in TASKS}


def _any_champion(champions: Champions[Predictor]) -> Finding:
    if any(champions.get(task) for task in TASKS):
        return Finding(ok=True)
    return Finding(ok=False, why="no task has a champion that serves; what each lacks is said below")


def _database(own: Engine) -> Finding:
    try:
        ping(own)
    except DatabaseUnavailableError:
        return Finding(ok=False, why="the database does not answer; nothing is answered without it")
    return Finding(ok=True)


def _durable_work(own: Engine) -> Finding:
    with own.connect() as connection:
        waiting = backlog(connection)
    long = [
        f"{each.count:,} {what}, the oldest for {each.oldest_seconds:.0f} s"
        for what, each in waiting.items()
        if each.is_long
    ]
    if long:
        return Finding(ok=False, why=f"waiting: {'; '.join(long)}; start more workers: bellwether worker")
    return Finding(ok=True)


def _audit(own: Engine, home: Path) -> Finding:
    try:
        with own.connect() as connection:
            witness.confirm(connection, home)
    except ChainBrokenError as broken:
        return Finding(ok=False, why=f"the audit chain is broken: {broken.why}; see bellwether audit verify")
    return Finding(ok=True)
