"""Where a call is answered: subjects, predictions, verdicts, signatures, and the transaction that keeps it all."""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from pydantic import BaseModel
from sqlalchemy import Connection, Engine

from ledger.audit import Entry
from ledger.pseudonyms import references
from models.predictor import Predictor
from models.task import Task
from service.champions import Champion
from service.gate.alerts import AlertKey, AlertsGiven
from service.gate.case import Call, ModelStanding
from service.gate.signing import sign
from service.gate_in_force import GateInForce
from service.signing_keys_in_force import SigningKeysInForce
from service.store.alerts import alerts_given, take
from service.store.answers import insert_answer
from service.store.commit import GroupCommitter, Unit
from service.store.reach import records_age
from service.store.records import fetch
from service.store.switches import stops
from service.triage.answered import Answered, stored_answer, stored_recommendation
from service.triage.answering import Answer, Explain, predictions
from service.triage.asking import Asked, from_records, from_snapshots
from service.triage.evidence import entry, persons_named
from service.triage.gathering import Gathering

Write = Callable[[Connection], None]


@dataclass(frozen=True)
class Place:
    """Where in which governed workflow the engine stands, for whom it asks, and for what purpose, where it says so."""

    workflow: str
    instance: str
    step: str
    requester: str | None
    purpose: str | None = None


@dataclass(frozen=True)
class Asking:
    """One call: the subjects by id, or with snapshots that the caller hands over. Of the two one is empty.

    ``event_id`` is the event that asks; None where a caller does.
    """

    place: Place
    as_of: dt.datetime
    ids: Sequence[str]
    snapshots: Sequence[tuple[str, BaseModel]]
    explain: Explain
    event_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Desk:
    """The parts that answering takes. ``covered``: the workflows in which person-level tasks may be used on people.

    With ``gathering`` the snapshots of asks that wait are built together.
    """

    engine: Engine
    committer: GroupCommitter
    gate: GateInForce
    signing_keys: SigningKeysInForce
    issuer: str
    audience: str
    covered: frozenset[str]
    gathering: Gathering | None = None

    def answer(self, task: Task, champion: Champion[Predictor], asking: Asking, *, now: dt.datetime) -> Answer:
        """Predicts, judges and words one call; nothing is kept yet. Raises SubjectsRefused."""
        gate = self.gate.current
        asked = self.asked(task, champion.predictor, asking.ids, asking.snapshots, asking.as_of)
        call = self.call(
            task.name,
            asking.place,
            _standing(task, champion),
            person_level=task.person_level,
            records_until=asking.as_of if asking.ids else None,
        )
        given = partial(self.given, now=now)
        said = predictions(task, champion.predictor, asked, call, gate, explain=asking.explain, given=given, now=now)
        workflow = gate.workflows.by_name.get(call.workflow)
        return Answer(
            answer_id=str(uuid.uuid4()),
            call=call,
            kind=champion.predictor.kind,
            model_digest=champion.digest,
            as_of=asking.as_of,
            received_at=now,
            policy_version=gate.policy_version,
            workflow_version=workflow.version if workflow else None,
            predictions=said,
            nothing_to_predict=asked.nothing_to_predict,
            event_id=asking.event_id,
        )

    def tokens(self, answer: Answered) -> dict[str, str]:
        """The signed token of each of an answer's recommendations, by ``jti``."""
        return {
            said.jti: sign(said, self.signing_keys.current, issuer=self.issuer, audience=self.audience)
            for said in answer.recommendations
        }

    def keep(self, task: Task, answer: Answer, principal_id: str, also: Write) -> None:
        """Writes the answer as `commit` says."""
        self.commit(self.unit(task, answer, principal_id), also)

    def unit(self, task: Task, answer: Answer, principal_id: str) -> Unit:
        """What keeping the answer takes: its rows and its audit row, to be committed with whatever else is written."""
        persons = persons_named(task, answer, principal_id)
        return self.unit_of(answer, principal_id, persons, partial(entry, task, answer, principal_id))

    def unit_of(
        self, answer: Answered, principal_id: str, persons: set[str], on_record: Callable[[Mapping[str, bytes]], Entry]
    ) -> Unit:
        """The same of any answer. ``on_record`` makes its audit entry with the keys of ``persons``."""
        with self.engine.begin() as connection:
            keys = references(connection, persons)
        given = answer.recommendations
        stored = [stored_recommendation(said) for said in given]

        def write(connection: Connection) -> None:
            insert_answer(connection, stored_answer(answer, principal_id), stored)
            take(connection, given, now=answer.received_at)

        return Unit(on_record(keys), write)

    def commit(self, unit: Unit, also: Write) -> None:
        """Writes an answer, its recommendations, its audit row and whatever ``also`` writes, in one transaction.

        Returns when that is durable. No audit row, no answer: any failure is the caller's failure too. Raises
        BudgetSpentError where another call has taken the last alerts of a budget; answer again.
        """

        def write(connection: Connection) -> None:
            unit.write(connection)
            also(connection)

        self.committer.submit(Unit(unit.entry, write))

    def given(self, keys: Mapping[AlertKey, dt.timedelta], now: dt.datetime) -> AlertsGiven:
        """The alerts that still count in these budgets."""
        with self.engine.connect() as connection:
            return alerts_given(connection, keys, now=now)

    def call(
        self,
        task: str,
        place: Place,
        model: ModelStanding,
        *,
        person_level: bool = False,
        records_until: dt.datetime | None,
        suspicious: bool = False,
    ) -> Call:
        """What all cases of one call share. ``records_until``: how far before it the records end is a fact; None where
        the caller handed over what is asked about, and answers for it.
        """
        with self.engine.connect() as connection:
            stopped = stops(connection, task=task, workflow=place.workflow)
            age = None if records_until is None else records_age(connection, records_until)
        return Call(
            workflow=place.workflow,
            instance=place.instance,
            step=place.step,
            requester=place.requester,
            task=task,
            person_level=person_level,
            purpose_recorded=place.workflow in self.covered,
            stated_purpose=place.purpose,
            records_age=age,
            task_stopped=stopped.task,
            workflow_stopped=stopped.workflow,
            model=model,
            suspicious=suspicious,
        )

    def asked(
        self,
        task: Task,
        predictor: Predictor,
        ids: Sequence[str],
        snapshots: Sequence[tuple[str, BaseModel]],
        as_of: dt.datetime,
    ) -> Asked:
        """The snapshots that were handed over, or else those of ``ids``, from the stored records at one instant."""
        if snapshots:
            return from_snapshots(task, snapshots, as_of)
        if self.gathering is not None:
            return self.gathering.asked(task, predictor, ids, as_of)
        reading = self.engine.connect().execution_options(isolation_level="REPEATABLE READ")
        with reading as connection, connection.begin():
            return from_records(task, predictor, ids, as_of, fetch(connection))


def _standing(task: Task, champion: Champion[Predictor]) -> ModelStanding:
    return ModelStanding(
        name=task.name,
        version=champion.version,
        promoted=True,
        calibrated=champion.tags.get("calibrated") == "true",
        drifted=champion.tags.get("drifted") == "true",
        trainer=champion.trainer,
        promoter=champion.promoter,
    )
