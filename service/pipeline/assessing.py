"""What an event comes to: each task that it asks is heard, and what was found and what failed is told apart.

Nothing is kept here. What is returned is settled in one transaction, or forgotten and done again.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Engine

from models.approval_summary import UnknownApproval
from models.catalog import TASKS
from models.predictor import Predictor
from models.sow.artifact import TASK as SOW
from models.sow.parsing.document import document_of_file
from models.sow.parsing.refusals import DocumentRefused
from models.task import Task
from service.chains.question import Route
from service.champions import Champions
from service.events.answering import answered
from service.events.asks import asks_of, names_a_sow_alone, sow_of, why_nothing
from service.events.event import Ask, Event, EventType
from service.events.left_out import UNKNOWN_ID
from service.events.subjects import CarrierUnknown
from service.inbox.approval import routed, told_to_nobody
from service.inbox.failure import failure, mended
from service.inbox.finding import Finding
from service.inbox.findings import closed, findings
from service.inbox.statement import UNREMARKABLE, statement
from service.store.commit import Unit
from service.store.records import fetch
from service.triage.answering import Answer
from service.triage.desk import Desk
from service.triage.informing import TextTask, may_inform
from service.triage.sow_answer import SowAnswer, SowSaid
from service.triage.sow_desk import SowAsking, Sows
from service.triage.sow_record import sow_on_record
from service.triage.summarised import Summarised
from service.triage.summarising import TASK as SUMMARY
from service.triage.summarising import Summaries, SummaryAsking
from service.triage_settings import TriageSettings

NO_CHAMPION = "no_champion"
NO_TROUBLE = "Nothing that was looked at is in trouble."
NO_TEXT = "The record of the statement of work has no text; nothing was read."
OVER = "it is no longer open"


@dataclass
class Assessed:
    """What came of an event. ``units`` keep its answers; ``whys`` are sentences without an id.

    ``failures`` are findings, too: what nobody could look at; and ``mended``, that somebody can again.
    """

    units: list[Unit] = field(default_factory=list)
    answers: list[tuple[Task, Answer]] = field(default_factory=list)
    texts: list[Summarised | SowAnswer] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    failures: list[Finding] = field(default_factory=list)
    mended: list[Finding] = field(default_factory=list)
    whys: list[str] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether nobody could look at any of it."""
        return bool(self.failures) and not self.findings and not self.answers

    @property
    def why(self) -> str | None:
        """Why there is no exception, or what was left out of those that there are; None where nothing is to be said."""
        said = [*self.whys, *(str(each.summary[0]["text"]) for each in self.failures)]
        if not said and not any(each.troubled for each in self.findings):
            return NO_TROUBLE
        return " ".join(dict.fromkeys(said)) or None


@dataclass(frozen=True)
class Assessor:
    """The parts that looking at an event takes."""

    engine: Engine
    desk: Desk
    champions: Champions[Predictor]
    triage: TriageSettings
    summaries: Summaries
    sows: Sows

    def assess(self, event: Event, *, now: dt.datetime) -> Assessed:
        """Hears every task that the event asks, as of its receipt."""
        assessed = Assessed()
        if event.type is EventType.EXCEPTION_ROUTED:
            self._routed(event, assessed, now)
            return assessed
        sow_id = sow_of(event)
        if sow_id is not None:
            self._read(event, sow_id, assessed, now)
        try:
            asks = self._asks(event)
        except CarrierUnknown as unknown:
            why = f"No record names the {unknown.kind} of the event; load it first."
            assessed.failures.append(failure(event, UNKNOWN_ID, why, now, about=unknown.kind))
            return assessed
        if not asks and not names_a_sow_alone(event):
            assessed.whys.append(why_nothing(event))
        for ask in asks:
            self._hear(event, ask, assessed, now)
        return assessed

    def _read(self, event: Event, sow_id: str, assessed: Assessed, now: dt.datetime) -> None:
        """Reads a statement of work by rules and the classifier: no event behind it waits for a language model."""
        verdict = may_inform(self.desk, TextTask(SOW), event.place, event.principal_id)
        if not verdict.permitted:
            assessed.whys.append(verdict.reason)
            return
        reading = self.engine.connect().execution_options(isolation_level="REPEATABLE READ")
        with reading as connection, connection.begin():
            record = sow_on_record(fetch(connection), sow_id, event.received_at)
        if record is None:
            why = "No record names the statement of work of the event; load it first."
            assessed.failures.append(failure(event, UNKNOWN_ID, why, now, about=SOW))
        elif not record.text:
            assessed.whys.append(NO_TEXT)
        else:
            self._understand(event, sow_id, record.text.encode(), assessed, now)

    def _understand(self, event: Event, sow_id: str, content: bytes, assessed: Assessed, now: dt.datetime) -> None:
        try:
            document = document_of_file(content)
        except DocumentRefused as refused:
            assessed.whys.append(f"The statement of work was not read: {refused}.")
            return
        sows, digest = self.sows, hashlib.sha256(content).hexdigest()
        asking = SowAsking(event.place, sow_id, digest, event.event_id, event.received_at)
        reading = sows.readers.now()
        said = SowSaid(sows.understood(reading, document), Route.EMBEDDED, ())
        answer = sows.answer(asking, reading, said, now=now)
        with self.engine.connect() as connection:
            found = statement(
                connection, answer, self.desk.tokens(answer),
                place=event.place, project_id=event.data.get("project_id"), gate=self.desk.gate.current,
            )  # fmt: skip
        assessed.findings.append(found)
        assessed.units.append(sows.unit(answer, event.principal_id))
        assessed.texts.append(answer)
        if not found.troubled:
            line = sows.readers.taxonomy.line(said.understood.service_line)
            name = line.title if line else said.understood.service_line
            assessed.whys.append(f"The statement of work reads like {name}; {UNREMARKABLE}.")

    def _asks(self, event: Event) -> Sequence[Ask]:
        workflow = self.desk.gate.current.workflows.by_name.get(event.place.workflow)
        reading = self.engine.connect().execution_options(isolation_level="REPEATABLE READ")
        with reading as connection, connection.begin():
            return asks_of(event, fetch(connection), governed=workflow.tasks if workflow else ())

    def _hear(self, event: Event, ask: Ask, assessed: Assessed, now: dt.datetime) -> None:
        task = TASKS[ask.task]
        verdict = may_inform(self.desk, task, event.place, event.principal_id)
        if not verdict.permitted:
            assessed.whys.append(verdict.reason)
            return
        champion = self.champions.get(task.name)
        if champion is None:
            why = f"No champion of {task.name} serves; train one and promote it."
            assessed.failures.append(failure(event, NO_CHAMPION, why, now, about=task.name))
            return
        assessed.mended.append(mended(event, NO_CHAMPION, now, about=task.name))
        answer, left_out = answered(self.desk, task, champion, event, ask, now=now)
        if left_out.why is not None:
            assessed.whys.append(left_out.why)
            assessed.findings += closed(
                task.name, left_out.over, OVER, place=event.place, event_id=event.event_id, as_of=event.received_at
            )
        if left_out.failure is not None:
            code, why = left_out.failure
            assessed.failures.append(failure(event, code, why, now, about=task.name))
        if answer is not None:
            self._found(event, task, answer, assessed)

    def _found(self, event: Event, task: Task, answer: Answer, assessed: Assessed) -> None:
        tokens, gate = self.desk.tokens(answer), self.desk.gate.current
        with self.engine.connect() as connection:
            assessed.findings += findings(
                connection, task, answer, tokens, place=event.place, gate=gate, triage=self.triage
            )
        assessed.units.append(self.desk.unit(task, answer, event.principal_id))
        assessed.answers.append((task, answer))

    def _routed(self, event: Event, assessed: Assessed, now: dt.datetime) -> None:
        verdict = may_inform(self.desk, TextTask(SUMMARY), event.place, event.principal_id)
        if not verdict.permitted:
            assessed.whys.append(verdict.reason)
            return
        place, approval_id = event.place, str(event.data["approval_id"])
        asking = SummaryAsking(place, event.received_at, approval_id, given=None, event_id=event.event_id)
        try:
            said = self.summaries.found(asking)
        except UnknownApproval:
            why = "No record names the approval of the event; load it first."
            assessed.failures.append(failure(event, UNKNOWN_ID, why, now, about="approval"))
            return
        if not said.about.is_open:
            assessed.findings += closed(
                SUMMARY, [approval_id], OVER, place=place, event_id=event.event_id, as_of=event.received_at
            )
            assessed.whys.append("The approval is closed.")
            return
        answer = self.summaries.answer(asking, said, told_to_nobody(said), now=now)
        tokens, gate = self.desk.tokens(answer), self.desk.gate.current
        with self.engine.connect() as connection:
            assessed.findings.append(routed(connection, answer, tokens, place=place, gate=gate, triage=self.triage))
        assessed.units.append(self.summaries.unit(answer, event.principal_id))
        assessed.texts.append(answer)
