"""How the parts are put together: the one place that builds them, and takes them down again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
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
from service.chains.chain import Chain
from service.chains.clearance import Clearance
from service.champions import Champions
from service.gate.gate import Gate
from service.gate.key_folder import KeyFolder
from service.gate_in_force import GateInForce
from service.gate_register import put_in_force
from service.known_keys import KnownKeys
from service.metrics import Metrics
from service.person_level import put_on_record
from service.readiness import Check, Finding
from service.retaining import Retaining, limits_of
from service.services import Services
from service.settings import Settings
from service.signing_keys_in_force import SigningKeysInForce
from service.store.commit import GroupCommitter
from service.store.switches import stops
from service.triage.deciding import Decisions
from service.triage.desk import Desk
from service.triage.sow_desk import Sows
from service.triage.sow_standing import NoSowChampions, SowChampions, SowReaders
from service.triage.summarising import Summaries


@contextmanager
def opened(settings: Settings, *, now: datetime) -> Iterator[Services]:
    """The services of one process, from its settings; closed again on leaving.

    Starts the embedded server where no database is named, migrates the database, and looks up the champions, which
    takes seconds. A task without a champion does not stop the start: ``checks`` say so. A mistake in the files of the
    gate does; they are looked at again while the service runs, and a mistake then leaves in force what is.

    Raises:
        LedgerError: no database; GateFilesRefused: the workflows, policies or tables; KeyFileRefused: a signing key;
        LanguageModelRefused: a language model that is set and cannot be asked from here; TaxonomyRefused: the firm's
        own service lines.
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
        put_on_record(own, settings.home, settings.person_level, now=now)
        gate = GateInForce.read(
            settings.gate_folder,
            comes_into_force=partial(_put_in_force, own, settings.home),
            refresh_seconds=settings.gate_refresh_seconds,
        )
        signing_keys = SigningKeysInForce(KeyFolder(settings.home / "signing-keys"), now=now)
        retaining = Retaining(own, settings.home, limits_of(settings), clock=_clock)
        with (
            champions,
            sow_champions,
            gate,
            retaining,
            GroupCommitter(own, settings.home, clock=_clock) as committer,
        ):
            services = assembled(settings, own, gate, signing_keys, committer, champions, metrics, sow_champions)
            with services.chain:
                yield services
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
    sow_champions: SowChampions | None = None,
) -> Services:
    """The parts as one value, each given what it works with."""
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
        decisions=Decisions(
            engine=own,
            home=settings.home,
            gate=gate,
            signing_keys=signing_keys,
            issuer=settings.issuer,
            audience=settings.audience,
        ),
        chain=_chain(settings, own, gate, metrics, covered),
        checks=checks(own, settings.home, gate, champions),
        task_checks={"signing keys": signing_keys.finding, **task_checks(champions)},
    )


def _chain(settings: Settings, own: Engine, gate: GateInForce, metrics: Metrics, covered: frozenset[str]) -> Chain:
    def stopped(task: str) -> bool:
        with own.connect() as connection:
            return stops(connection, task=task, workflow=None).task

    return chain_of(settings.llm, Clearance(lambda: gate.current, stopped, covered), metrics)


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


def _audit(own: Engine, home: Path) -> Finding:
    try:
        with own.connect() as connection:
            witness.confirm(connection, home)
    except ChainBrokenError as broken:
        return Finding(ok=False, why=f"the audit chain is broken: {broken.why}; see bellwether audit verify")
    return Finding(ok=True)
