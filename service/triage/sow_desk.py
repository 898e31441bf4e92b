"""Where a statement of work is answered: what the gate lets be recommended about it, and what is kept of the answer."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.pseudonyms import references
from models.money import MoneyAtRisk
from models.sow.artifact import TASK
from models.sow.lines import Document
from models.sow.proposals import propose
from models.sow.understanding import Understanding, understand
from service.gate.alerts import AlertKey, AlertsGiven
from service.gate.case import Call, Case
from service.gate.recommendation import Recommendation, Withheld
from service.gate.signing import sign
from service.store.alerts import alerts_given, take
from service.store.answers import StoredAnswer, insert_answer
from service.store.commit import Unit
from service.store.switches import stops
from service.triage.desk import Desk, Place, Write, stored_recommendation
from service.triage.sow_answer import SowAnswer, SowSaid
from service.triage.sow_evidence import entry, persons_named
from service.triage.sow_standing import Reading, SowReaders


@dataclass(frozen=True)
class SowAsking:
    """One call: which document, by its id and its SHA-256, and where in which workflow.

    ``event_id`` is the event that asks and ``as_of`` its receipt; None where a caller does, now.
    """

    place: Place
    sow_id: str
    document: str
    event_id: uuid.UUID | None = None
    as_of: dt.datetime | None = None


@dataclass(frozen=True)
class Sows:
    """The parts that answering takes."""

    desk: Desk
    readers: SowReaders

    def understood(self, reading: Reading, document: Document) -> Understanding:
        """What rules and the classifier understand of a document: the embedded route, which asks nobody."""
        return understand(document, self.readers.taxonomy, reading.classifier)

    def answer(self, asking: SowAsking, reading: Reading, said: SowSaid, *, now: dt.datetime) -> SowAnswer:
        """Judges what the document speaks for; nothing is kept yet."""
        gate = self.desk.gate.current
        call = self._call(asking, reading, suspicious=said.understood.suspicious)
        likely = said.understood.confidence
        proposals = propose(asking.sow_id, said.understood, self.readers.taxonomy)
        cases = [Case(call, asking.sow_id, each, likely, MoneyAtRisk()) for each in proposals]
        judged = gate.recommend_all(cases, given=self._given(gate.alert_keys(cases), now), now=now)
        workflow = gate.workflows.by_name.get(call.workflow)
        return SowAnswer(
            answer_id=str(uuid.uuid4()),
            sow_id=asking.sow_id,
            document=asking.document,
            call=call,
            kind=reading.kind,
            model_digest=reading.digest,
            as_of=asking.as_of or now,
            received_at=now,
            policy_version=gate.policy_version,
            workflow_version=workflow.version if workflow else None,
            said=said,
            recommendations=[each for each in judged if isinstance(each, Recommendation)],
            withheld=[each for each in judged if isinstance(each, Withheld)],
            event_id=asking.event_id,
        )

    def tokens(self, answer: SowAnswer) -> dict[str, str]:
        """The signed token of each recommendation, by ``jti``."""
        desk = self.desk
        return {
            said.jti: sign(said, desk.signing_keys.current, issuer=desk.issuer, audience=desk.audience)
            for said in answer.recommendations
        }

    def keep(self, answer: SowAnswer, principal_id: str, also: Write) -> None:
        """Writes the answer, its recommendations, its audit row and whatever ``also`` writes, in one transaction.

        Of the document only a hash under the document's own key is kept. Raises BudgetSpentError where another call has
        taken the last alerts of a budget; answer again.
        """
        unit = self.unit(answer, principal_id)

        def write(connection: Connection) -> None:
            unit.write(connection)
            also(connection)

        self.desk.committer.submit(Unit(unit.entry, write))

    def unit(self, answer: SowAnswer, principal_id: str) -> Unit:
        """What keeping the answer takes: its rows and its audit row, to be committed with whatever else is written."""
        with self.desk.engine.begin() as connection:
            keys = references(connection, persons_named(answer, principal_id))
        given = [stored_recommendation(each) for each in answer.recommendations]

        def write(connection: Connection) -> None:
            insert_answer(connection, _stored(answer, principal_id), given)
            take(connection, answer.recommendations, now=answer.received_at)

        return Unit(entry(answer, principal_id, keys), write)

    def _call(self, asking: SowAsking, reading: Reading, *, suspicious: bool) -> Call:
        place = asking.place
        with self.desk.engine.connect() as connection:
            stopped = stops(connection, task=TASK, workflow=place.workflow)
        return Call(
            workflow=place.workflow,
            instance=place.instance,
            step=place.step,
            requester=place.requester,
            task=TASK,
            person_level=False,
            purpose_recorded=place.workflow in self.desk.covered,
            stated_purpose=place.purpose,
            records_age=None,
            task_stopped=stopped.task,
            workflow_stopped=stopped.workflow,
            model=reading.model,
            suspicious=suspicious,
        )

    def _given(self, keys: Mapping[AlertKey, dt.timedelta], now: dt.datetime) -> AlertsGiven:
        with self.desk.engine.connect() as connection:
            return alerts_given(connection, keys, now=now)


def _stored(answer: SowAnswer, principal_id: str) -> StoredAnswer:
    call = answer.call
    return StoredAnswer(
        answer_id=uuid.UUID(answer.answer_id),
        received_at=answer.received_at,
        principal_id=principal_id,
        task=TASK,
        as_of=answer.as_of,
        workflow_name=call.workflow,
        workflow_instance=call.instance,
        workflow_step=call.step,
        workflow_requester=call.requester,
        model_version=call.model.version,
        policy_version=answer.policy_version,
        event_id=answer.event_id,
    )
