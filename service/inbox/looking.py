"""The inbox as one reader looks at it: what waits, in what order, how much of it is for today; and one exception."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Engine

from models.catalog import TASKS
from models.sensitivity import Sensitivity
from models.sow.artifact import TASK as SOW_TASK
from service.gate.gate import Gate
from service.gate.informing import Informing
from service.gate.reader import Reader
from service.gate.switch import Scope
from service.inbox.approval_document import KeptApproval, kept_approval
from service.inbox.documents import APPROVAL, PREDICTION, SOW, Kept, kept
from service.inbox.sow_document import KeptSow, kept_sow
from service.inbox.states import Status
from service.store.decisions import standing
from service.store.exception_decisions import StoredTriage, decided_since, reads, triage_of
from service.store.inbox_detail import KeptTrouble, LedToIt, timeline_of, troubles_of
from service.store.inbox_queries import Group, Item, grouped, listed
from service.store.inbox_reading import Eyes, Filters
from service.store.rates import rates
from service.store.switches import switches
from service.triage.standing import Found, found
from service.triage.summarising import TASK as SUMMARY
from service.triage_settings import TriageSettings

MOST_GROUPS = 200


@dataclass(frozen=True)
class Line:
    """How many exceptions a reader can take on today, how many they have decided on, and so how many are above it."""

    capacity: int
    decided_today: int

    @property
    def above(self) -> int:
        return max(0, self.capacity - self.decided_today)


@dataclass(frozen=True)
class Page:
    """A page of the inbox at ``as_of``; ``groups`` where it was asked for by client. Money is in ``currency``."""

    as_of: datetime
    currency: str | None
    line: Line
    items: Sequence[Item]
    groups: Sequence[Group] | None


@dataclass(frozen=True)
class Whole:
    """One exception with all of it that the reader reads. ``stands``: how each recommendation stands, by ``jti``."""

    as_of: datetime
    currency: str | None
    line: Line
    item: Item
    troubles: Sequence[tuple[KeptTrouble, Kept | KeptApproval | KeptSow | None]]
    stands: dict[str, Found]
    timeline: Sequence[LedToIt]
    decisions: Sequence[StoredTriage]


@dataclass(frozen=True)
class Looking:
    """Reads for one reader, by the gate and the settings in force; ``covered`` as in `service.triage.desk.Desk`."""

    engine: Engine
    gate: Gate
    triage: TriageSettings
    reader: Reader
    covered: frozenset[str]

    def page(self, filters: Filters, *, by_client: bool, limit: int, offset: int, now: datetime) -> Page:
        """A page, the highest score first."""
        with self.engine.begin() as connection:
            eyes = self._eyes(connection)
            items = listed(connection, eyes, filters, self.triage, limit=limit, offset=offset, now=now)
            groups = None
            if by_client:
                groups = grouped(connection, eyes, filters, self.triage, most=MOST_GROUPS, now=now)
            return Page(now, rates(connection, now).reporting, self._line(connection, now), items, groups)

    def whole(self, exception_id: UUID, *, now: datetime) -> Whole | None:
        """One exception; None where there is none that this reader reads."""
        asked = Filters(list(Status), exception_id=exception_id)
        sight = self.gate.tables.reads(self.reader.principal_id, self.reader.api_role)
        with self.engine.begin() as connection:
            eyes = self._eyes(connection)
            items = listed(connection, eyes, asked, self.triage, limit=1, offset=0, now=now)
            if not items:
                return None
            troubles = [
                (each, _told(each))
                for each in troubles_of(connection, exception_id)
                if reads(sight, each.task, each.workflow_name, each.person_id)
                and (each.task, each.workflow_name) not in eyes.silent
            ]
            jtis = [UUID(said.jti) for _, told in troubles if told for said in told.recommendations]
            stands = {jti: known for jti in jtis if (known := standing(connection, jti)) is not None}
            seen = {each.event_id for each, _ in troubles}
            return Whole(
                as_of=now,
                currency=rates(connection, now).reporting,
                line=self._line(connection, now),
                item=items[0],
                troubles=troubles,
                stands={str(jti): found(known, now) for jti, known in stands.items()},
                timeline=[
                    each
                    for each in timeline_of(connection, exception_id)
                    if sight.workflows is None or each.workflow in sight.workflows or each.event_id in seen
                ],
                decisions=triage_of(connection, exception_id),
            )

    def _eyes(self, connection: Connection) -> Eyes:
        tables, reader = self.gate.tables, self.reader
        sight = tables.reads(reader.principal_id, reader.api_role)
        sees = reader.sees if sight.own is None else reader.sees_own
        return Eyes(
            sight=sight,
            moneyless=frozenset(name for name, task in TASKS.items() if task.money_is and task.money_is not in sees),
            clients=Sensitivity.CLIENT in sees,
            principal_id=reader.principal_id,
            owner_roles=frozenset(tables.approves_as.get(reader.api_role, ())),
            silent=frozenset(self._silent(connection)),
        )

    def _silent(self, connection: Connection) -> Iterator[tuple[str, str]]:
        """Which tasks may tell nothing in a workflow: they are stopped, or about people and not on record for it."""
        stopped = {(switch.scope, switch.name) for switch in switches(connection) if switch.stopped}
        for name, workflow in self.gate.workflows.by_name.items():
            for task in {*workflow.tasks, SUMMARY, SOW_TASK}:
                about_people = task in TASKS and TASKS[task].person_level
                asked = Informing(
                    task=task, workflow=name, person_level=about_people, purpose_recorded=name in self.covered,
                    purpose=workflow.purpose, stated_purpose=None, task_stopped=(Scope.TASK, task) in stopped,
                    workflow_stopped=(Scope.WORKFLOW, name) in stopped,
                )  # fmt: skip
                if not self.gate.may_inform(asked).permitted:
                    yield task, name

    def _line(self, connection: Connection, now: datetime) -> Line:
        """Days are those of UTC: a deployment has reviewers in several zones, and one line for all."""
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        decided = decided_since(connection, self.reader.principal_id, midnight)
        may_decide = bool(self.gate.tables.triages.get(self.reader.api_role))
        return Line(self.triage.capacity_of(self.reader.api_role) if may_decide else 0, decided)


def _told(trouble: KeptTrouble) -> Kept | KeptApproval | KeptSow | None:
    """What was said of it; None of a failure, and where nothing is kept."""
    kind = trouble.document.get("kind")
    if kind == PREDICTION:
        return kept(trouble.document)
    if kind == SOW:
        return kept_sow(trouble.document)
    return kept_approval(trouble.document) if kind == APPROVAL else None
