"""Where a statement of work is answered: what the gate lets be recommended about it, and what is kept of the answer."""

import datetime as dt
import uuid
from dataclasses import dataclass
from functools import partial

from models.money import MoneyAtRisk
from models.sow.artifact import TASK
from models.sow.lines import Document
from models.sow.proposals import propose
from models.sow.understanding import Understanding, understand
from service.gate.case import Case
from service.gate.recommendation import Recommendation, Withheld
from service.store.commit import Unit
from service.triage.desk import Desk, Place, Write
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
        suspicious = said.understood.suspicious
        call = self.desk.call(TASK, asking.place, reading.model, records_until=None, suspicious=suspicious)
        likely = said.understood.confidence
        proposals = propose(asking.sow_id, said.understood, self.readers.taxonomy)
        cases = [Case(call, asking.sow_id, each, likely, MoneyAtRisk()) for each in proposals]
        judged = gate.recommend_all(cases, given=self.desk.given(gate.alert_keys(cases), now), now=now)
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

    def keep(self, answer: SowAnswer, principal_id: str, also: Write) -> None:
        """Writes the answer as `Desk.commit` says. Of the document only a hash under its own key is kept."""
        self.desk.commit(self.unit(answer, principal_id), also)

    def unit(self, answer: SowAnswer, principal_id: str) -> Unit:
        """What keeping the answer takes, as `Desk.unit`."""
        persons = persons_named(answer, principal_id)
        return self.desk.unit_of(answer, principal_id, persons, partial(entry, answer, principal_id))
