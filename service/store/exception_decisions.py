"""An exception as it stands for somebody who decides on it, and what people decided, as rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, insert, select, text

from ledger.principals import Principal
from service.gate.triage import InboxSight, TriageFacts, TriageKind
from service.store.exceptions import StoredException, locked_exceptions
from service.store.inbox_tables import exception_decisions
from service.store.switches import hold_still

FAILURE = "failure"


@dataclass(frozen=True)
class TroubleAbout:
    """Whom and what a trouble is about, where it arose, and whether it is over."""

    trouble_id: UUID
    task: str
    subject_id: str
    person_id: str | None
    workflow_name: str
    workflow_requester: str | None
    stopped_task: bool
    stopped_workflow: bool
    over: bool


@dataclass(frozen=True)
class StoredTriage:
    """What somebody decided on an exception; ``version`` is the exception's after it."""

    decision_id: UUID
    exception_id: UUID
    kind: TriageKind
    version: int
    principal_id: str
    api_role: str
    reason_code: str | None
    reason: str | None
    until: datetime | None
    assigned_to: str | None
    trouble_id: UUID | None
    decided_at: datetime


@dataclass(frozen=True)
class Standing:
    """An exception, all its troubles, and who has contested it while it is contested."""

    stored: StoredException
    all_troubles: Sequence[TroubleAbout]
    contested_by: frozenset[str]

    @property
    def troubles(self) -> list[TroubleAbout]:
        """Those that are not over."""
        return [each for each in self.all_troubles if not each.over]

    def readable(self, sight: InboxSight) -> bool:
        """Whether somebody reads any of its troubles."""
        return any(reads(sight, each.task, each.workflow_name, each.person_id) for each in self.all_troubles)

    def facts(self, kind: TriageKind, caller: Principal, sight: InboxSight) -> TriageFacts:
        """What the gate is told where somebody wants to do this."""
        return TriageFacts(
            kind=kind,
            cause_kind=self.stored.cause_kind,
            person=caller.principal_id,
            api_role=caller.api_role,
            requesters=frozenset(each.workflow_requester for each in self.troubles if each.workflow_requester),
            scored=frozenset(each.person_id for each in self.troubles if each.person_id),
            contested_by=self.contested_by,
            reads_all=all(reads(sight, each.task, each.workflow_name, each.person_id) for each in self.troubles),
            task_stopped=any(each.stopped_task for each in self.troubles),
            workflow_stopped=any(each.stopped_workflow for each in self.troubles),
        )


def reads(sight: InboxSight, task: str, workflow: str, person_id: str | None) -> bool:
    """Whether somebody reads a trouble; the queries of `service.store.inbox_queries` say the same in SQL."""
    if task == FAILURE:
        return sight.failures
    if sight.workflows is None or workflow in sight.workflows:
        return True
    return sight.own is not None and person_id == sight.own


def locked_standing(connection: Connection, exception_id: UUID) -> Standing | None:
    """The exception as it stands; nobody else changes it or turns a kill switch until the transaction ends."""
    hold_still(connection)
    found = locked_exceptions(connection, [exception_id], [])
    if not found:
        return None
    about = connection.execute(_ABOUT, {"id": exception_id}).mappings()
    contested = connection.execute(_CONTESTED, {"id": exception_id}).scalar()
    stored = found[0]
    contested_by = frozenset({contested}) if stored.status == "contested" and contested else frozenset()
    return Standing(stored, [TroubleAbout(**row) for row in about], contested_by)


def insert_triage(connection: Connection, decided: StoredTriage) -> None:
    """Store what somebody decided."""
    connection.execute(insert(exception_decisions).values(vars(decided)))


def triage_of(connection: Connection, exception_id: UUID) -> list[StoredTriage]:
    """What people decided on an exception, in its order."""
    of = select(exception_decisions).where(exception_decisions.c.exception_id == exception_id)
    rows = connection.execute(of.order_by(exception_decisions.c.decided_at, exception_decisions.c.version)).mappings()
    return [StoredTriage(**{**row, "kind": TriageKind(row["kind"])}) for row in rows]


def decided_since(connection: Connection, principal_id: str, since: datetime) -> int:
    """On how many exceptions somebody has decided since then."""
    return int(connection.execute(_DECIDED, {"principal": principal_id, "since": since}).scalar_one())


def recommended_in(connection: Connection, exception_id: UUID) -> frozenset[UUID]:
    """The recommendations about the troubles of an exception that are not over."""
    return frozenset(UUID(jti) for jti in connection.execute(_RECOMMENDED, {"id": exception_id}).scalars())


def roles_of(connection: Connection, principal_id: str) -> frozenset[str]:
    """The roles of the keys in force that a principal holds."""
    return frozenset(connection.execute(_ROLES, {"principal": principal_id}).scalars())


_ABOUT = text("""
    SELECT trouble_id, task, subject_id, person_id, workflow_name, workflow_requester,
        EXISTS (SELECT FROM kill_switches WHERE scope = 'task' AND name = task AND stopped) AS stopped_task,
        EXISTS (SELECT FROM kill_switches WHERE scope = 'workflow' AND name = workflow_name AND stopped)
            AS stopped_workflow,
        resolved_at IS NOT NULL AS over
    FROM troubles WHERE exception_id = :id ORDER BY trouble_id
""")
_CONTESTED = text("""
    SELECT principal_id FROM exception_decisions WHERE exception_id = :id AND kind = 'contest'
    ORDER BY decided_at DESC LIMIT 1
""")
_DECIDED = text("""
    SELECT count(DISTINCT exception_id) FROM exception_decisions
    WHERE principal_id = :principal AND decided_at >= :since
""")
_RECOMMENDED = text("""
    SELECT recommended ->> 'jti' FROM troubles, jsonb_array_elements(document -> 'recommendations') AS recommended
    WHERE exception_id = :id AND resolved_at IS NULL
""")
_ROLES = text("SELECT DISTINCT api_role FROM api_keys WHERE principal_id = :principal AND revoked_at IS NULL")
