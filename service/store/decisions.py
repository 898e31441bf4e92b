"""Recommendations as they stand, and what people decided about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, RowMapping, insert, select, text, update

from service.gate.decision import DecisionKind, Recommended
from service.store.switches import hold_still, stops
from service.store.tables import decisions, recommendations


@dataclass(frozen=True)
class StoredDecision:
    """One person's decision. ``token`` is that of a final accept, and else null."""

    decision_id: UUID
    jti: UUID
    kind: DecisionKind
    principal_id: str
    api_role: str
    reason: str | None
    final: bool
    decided_at: datetime
    expires_at: datetime
    token: str | None


@dataclass(frozen=True)
class Standing:
    """A recommendation, the decisions on it in their order, and what else says whether it still stands."""

    recommended: Recommended
    withdrawn_at: datetime | None
    withdrawn_reason: str | None
    decisions: Sequence[StoredDecision]
    task_stopped: bool
    workflow_stopped: bool

    @property
    def accepted_by(self) -> frozenset[str]:
        """The principals who accepted so far."""
        return frozenset(each.principal_id for each in self.decisions if each.kind is DecisionKind.ACCEPT)

    @property
    def final(self) -> StoredDecision | None:
        """The decision after which there is none; None where it is still to come."""
        return next((each for each in self.decisions if each.final), None)


def standing(connection: Connection, jti: UUID) -> Standing | None:
    """How the recommendation stands now; None where there is no such one."""
    return _standing(connection, jti, _SELECT)


def locked_standing(connection: Connection, jti: UUID) -> Standing | None:
    """As `standing`; nobody else decides on it, withdraws it or turns a kill switch until the transaction ends."""
    hold_still(connection)
    return _standing(connection, jti, f"{_SELECT} FOR UPDATE OF recommendations")


def insert_decision(connection: Connection, decision: StoredDecision) -> None:
    """Store a decision. Raises IntegrityError for a second final one, or a second of one kind by one principal."""
    connection.execute(insert(decisions).values(vars(decision)))


def withdraw(connection: Connection, jti: UUID, *, principal_id: str, reason: str, now: datetime) -> None:
    """Note that a recommendation does not stand any more, why, and who said so."""
    values = {"withdrawn_at": now, "withdrawn_by": principal_id, "withdrawn_reason": reason}
    connection.execute(update(recommendations).where(recommendations.c.jti == jti).values(values))


def _standing(connection: Connection, jti: UUID, query: str) -> Standing | None:
    row = connection.execute(text(query), {"jti": jti}).mappings().first()
    if row is None:
        return None
    stopped = stops(connection, task=row["task"], workflow=row["workflow_name"])
    made = select(decisions).where(decisions.c.jti == jti).order_by(decisions.c.decided_at, decisions.c.final)
    return Standing(
        recommended=_recommended(row),
        withdrawn_at=row["withdrawn_at"],
        withdrawn_reason=row["withdrawn_reason"],
        decisions=[
            StoredDecision(**{**each, "kind": DecisionKind(each["kind"])})
            for each in connection.execute(made).mappings()
        ],
        task_stopped=stopped.task,
        workflow_stopped=stopped.workflow,
    )


def _recommended(row: RowMapping) -> Recommended:
    requires = row["requires"]
    return Recommended(
        jti=str(row["jti"]),
        workflow=row["workflow_name"],
        workflow_version=row["workflow_version"],
        instance=row["workflow_instance"],
        step=row["workflow_step"],
        subject=row["subject_id"],
        task=row["task"],
        action=row["action"],
        params=row["params"],
        approver_role=requires["approver_role"],
        excluded=tuple(requires["not"]),
        approvals=requires.get("approvals", 1),
        model_name=row["task"],
        model_version=row["model_version"],
        policy_version=row["policy_version"],
        issued_at=row["issued_at"],
        expires_at=row["expires_at"],
    )


_SELECT = """
    SELECT jti, workflow_name, workflow_version, workflow_instance, workflow_step, subject_id, recommendations.task,
        action, params, requires, model_version, policy_version, issued_at, expires_at, withdrawn_at, withdrawn_reason
    FROM recommendations JOIN answers USING (answer_id) WHERE jti = :jti
"""
