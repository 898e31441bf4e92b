"""Where an approval is summarised: what is found of it, what the gate lets be recommended, and what is kept of both."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.pseudonyms import references
from models.approval_summary.known import around, neighbourhood
from models.approval_summary.limits import Limits
from models.approval_summary.proposals import money, propose
from models.approval_summary.summary import Findings, findings
from models.records import Records
from models.text_flags import suspicious
from service.gate.alerts import AlertKey, AlertsGiven
from service.gate.case import Call, Case, ModelStanding
from service.gate.recommendation import Recommendation, Withheld
from service.gate.signing import sign
from service.store.alerts import alerts_given, take
from service.store.answers import StoredAnswer, insert_answer
from service.store.commit import Unit
from service.store.reach import records_age
from service.store.records import fetch
from service.store.switches import stops
from service.triage.desk import Desk, Place, Write, stored_recommendation
from service.triage.summarised import Summarised, Told
from service.triage.summary_evidence import entry, persons_named

TASK = "approval_summary"
VERSION = "1"
"""Of the template and of what it finds; raised whenever either tells something else."""
AUTHORS, REVIEWERS = "bellwether:authors", "bellwether:reviewers"
"""No model was trained: the template is code, which some wrote and others reviewed. No principal has such a name."""


@dataclass(frozen=True)
class SummaryAsking:
    """One call: an approval by its id, or with ``given`` records that hold it, its steps and its project."""

    place: Place
    as_of: dt.datetime
    approval_id: str
    given: Records | None
    event_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Summaries:
    """The parts that summarising takes. ``limits`` are the firm's own."""

    desk: Desk
    limits: Limits

    def found(self, asking: SummaryAsking) -> Findings:
        """What is known of the approval. Raises UnknownApproval."""
        reading = self.desk.engine.connect().execution_options(isolation_level="REPEATABLE READ")
        with reading as connection, connection.begin():
            return findings(self._records(asking, connection), asking.approval_id, asking.as_of, self.limits)

    def answer(self, asking: SummaryAsking, said: Findings, told: Told, *, now: dt.datetime) -> Summarised:
        """Judges what the approval speaks for; nothing is kept yet."""
        gate = self.desk.gate.current
        call = self._call(asking, said, told)
        likely = said.waits.probability
        cases = [Case(call, asking.approval_id, each, likely, money(said.about)) for each in propose(said)]
        judged = gate.recommend_all(cases, given=self._given(gate.alert_keys(cases), now), now=now)
        workflow = gate.workflows.by_name.get(call.workflow)
        return Summarised(
            answer_id=str(uuid.uuid4()),
            call=call,
            as_of=asking.as_of,
            received_at=now,
            policy_version=gate.policy_version,
            workflow_version=workflow.version if workflow else None,
            said=said,
            told=told,
            recommendations=[each for each in judged if isinstance(each, Recommendation)],
            withheld=[each for each in judged if isinstance(each, Withheld)],
            event_id=asking.event_id,
        )

    def tokens(self, answer: Summarised) -> dict[str, str]:
        """The signed token of each recommendation, by ``jti``."""
        desk = self.desk
        return {
            said.jti: sign(said, desk.signing_keys.current, issuer=desk.issuer, audience=desk.audience)
            for said in answer.recommendations
        }

    def keep(self, answer: Summarised, principal_id: str, also: Write) -> None:
        """Writes the answer, its recommendations, its audit row and whatever ``also`` writes, in one transaction.

        Raises BudgetSpentError where another call has taken the last alerts of a budget; answer again.
        """
        unit = self.unit(answer, principal_id)

        def write(connection: Connection) -> None:
            unit.write(connection)
            also(connection)

        self.desk.committer.submit(Unit(unit.entry, write))

    def unit(self, answer: Summarised, principal_id: str) -> Unit:
        """What keeping the answer takes: its rows and its audit row, to be committed with whatever else is written."""
        with self.desk.engine.begin() as connection:
            keys = references(connection, persons_named(answer, principal_id))
        given = [stored_recommendation(each) for each in answer.recommendations]

        def write(connection: Connection) -> None:
            insert_answer(connection, _stored(answer, principal_id), given)
            take(connection, answer.recommendations, now=answer.received_at)

        return Unit(entry(answer, principal_id, keys), write)

    def _records(self, asking: SummaryAsking, connection: Connection) -> Records:
        stored = fetch(connection)
        if asking.given is None:
            return neighbourhood(asking.approval_id, stored)
        given = dict(asking.given)
        nearby = around(given.pop("approvals"), given.pop("approval_events"), stored)
        return {**nearby, **given}

    def _call(self, asking: SummaryAsking, said: Findings, told: Told) -> Call:
        place = asking.place
        with self.desk.engine.connect() as connection:
            stopped = stops(connection, task=TASK, workflow=place.workflow)
            age = records_age(connection, asking.as_of) if asking.given is None else None
        standing = ModelStanding(
            name=TASK,
            version=VERSION,
            promoted=True,
            calibrated=said.waits.calibrated,
            drifted=False,
            trainer=AUTHORS,
            promoter=REVIEWERS,
        )
        return Call(
            workflow=place.workflow,
            instance=place.instance,
            step=place.step,
            requester=place.requester,
            task=TASK,
            person_level=False,
            purpose_recorded=place.workflow in self.desk.covered,
            stated_purpose=place.purpose,
            records_age=age,
            task_stopped=stopped.task,
            workflow_stopped=stopped.workflow,
            model=standing,
            suspicious=suspicious(told.flags),
        )

    def _given(self, keys: Mapping[AlertKey, dt.timedelta], now: dt.datetime) -> AlertsGiven:
        with self.desk.engine.connect() as connection:
            return alerts_given(connection, keys, now=now)


def _stored(answer: Summarised, principal_id: str) -> StoredAnswer:
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
        model_version=VERSION,
        policy_version=answer.policy_version,
        event_id=answer.event_id,
    )
