"""Where an approval is summarised: what is found of it, what the gate lets be recommended, and what is kept of both."""

import datetime as dt
import uuid
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection

from models.approval_summary.known import around, neighbourhood
from models.approval_summary.limits import Limits
from models.approval_summary.proposals import money, propose
from models.approval_summary.summary import Findings, findings
from models.records import Records
from models.text_flags import suspicious
from service.gate.case import Case, ModelStanding
from service.gate.recommendation import Recommendation, Withheld
from service.store.commit import Unit
from service.store.records import fetch
from service.triage.desk import Desk, Place, Write
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
        call = self.desk.call(
            TASK,
            asking.place,
            _standing(said),
            records_until=asking.as_of if asking.given is None else None,
            suspicious=suspicious(told.flags),
        )
        likely = said.waits.probability
        cases = [Case(call, asking.approval_id, each, likely, money(said.about)) for each in propose(said)]
        judged = gate.recommend_all(cases, given=self.desk.given(gate.alert_keys(cases), now), now=now)
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

    def keep(self, answer: Summarised, principal_id: str, also: Write) -> None:
        """Writes the answer as `Desk.commit` says."""
        self.desk.commit(self.unit(answer, principal_id), also)

    def unit(self, answer: Summarised, principal_id: str) -> Unit:
        """What keeping the answer takes, as `Desk.unit`."""
        persons = persons_named(answer, principal_id)
        return self.desk.unit_of(answer, principal_id, persons, partial(entry, answer, principal_id))

    def _records(self, asking: SummaryAsking, connection: Connection) -> Records:
        stored = fetch(connection)
        if asking.given is None:
            return neighbourhood(asking.approval_id, stored)
        given = dict(asking.given)
        nearby = around(given.pop("approvals"), given.pop("approval_events"), stored)
        return {**nearby, **given}


def _standing(said: Findings) -> ModelStanding:
    return ModelStanding(
        name=TASK,
        version=VERSION,
        promoted=True,
        calibrated=said.waits.calibrated,
        drifted=False,
        trainer=AUTHORS,
        promoter=REVIEWERS,
    )
