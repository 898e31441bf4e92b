"""Answers and their recommendations as rows, and the responses that a repeated call gets again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select, text
from sqlalchemy.dialects.postgresql import insert

from service.store.errors import KeyTakenError
from service.store.tables import idempotency, recommendations


@dataclass(frozen=True)
class StoredAnswer:
    """What one call was answered with, less its predictions: those are the caller's, and the audit chain's by hash."""

    answer_id: UUID
    received_at: datetime
    principal_id: str
    task: str
    as_of: datetime
    workflow_name: str
    workflow_instance: str
    workflow_step: str
    workflow_requester: str | None
    model_version: str
    policy_version: str
    event_id: UUID | None = None


@dataclass(frozen=True)
class StoredRecommendation:
    """A recommendation as it was signed, less its token; ``withdrawn_at`` is null as long as it stands."""

    jti: UUID
    subject_id: str
    task: str
    action: str
    params: Mapping[str, Any]
    requires: Mapping[str, Any]
    workflow_version: int
    issued_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None
    withdrawn_reason: str | None = None


@dataclass(frozen=True)
class StoredResponse:
    """How a call with an Idempotency-Key was answered; ``body_hash`` tells a repetition from another call.

    ``answered_as`` says for whose eyes: the reader's mark where the gate released it, else the api_role.
    """

    body_hash: str
    status: int
    response: bytes
    answered_as: str | None


def insert_answer(connection: Connection, answer: StoredAnswer, given: Sequence[StoredRecommendation]) -> None:
    """Store an answer with all its recommendations, in one round trip however many they are.

    Raises:
        IntegrityError: an answer or a recommendation with this id is stored already.
    """
    columns = {
        "jtis": [str(row.jti) for row in given],
        "subject_ids": [row.subject_id for row in given],
        "tasks": [row.task for row in given],
        "actions": [row.action for row in given],
        "params": [json.dumps(dict(row.params)) for row in given],
        "requires": [json.dumps(dict(row.requires)) for row in given],
        "versions": [row.workflow_version for row in given],
        "issues": [row.issued_at for row in given],
        "expiries": [row.expires_at for row in given],
    }
    connection.execute(_INSERT, {**vars(answer), **columns})


def recommendation(connection: Connection, jti: UUID) -> StoredRecommendation | None:
    """The recommendation with this id; ``None`` when no answer held it."""
    found = connection.execute(select(recommendations).where(recommendations.c.jti == jti)).mappings().first()
    if found is None:
        return None
    return StoredRecommendation(**{name: value for name, value in found.items() if name != "answer_id"})


def stored_response(connection: Connection, *, principal_id: str, route: str, key: str) -> StoredResponse | None:
    """What this principal's key on this route was answered with; ``None`` when it is new."""
    mine = (idempotency.c.principal_id == principal_id) & (idempotency.c.route == route) & (idempotency.c.key == key)
    columns = (idempotency.c.body_hash, idempotency.c.status, idempotency.c.response, idempotency.c.answered_as)
    found = connection.execute(select(*columns).where(mine)).first()
    if found is None:
        return None
    return StoredResponse(found.body_hash, found.status, bytes(found.response), found.answered_as)


def store_response(
    connection: Connection, stored: StoredResponse, *, principal_id: str, route: str, key: str, now: datetime
) -> None:
    """Keep a response for repetitions of its call, in the transaction of what it reports.

    Of two calls that come at once with one key, the second waits here for the first one's transaction.

    Raises:
        KeyTakenError: there is a response already. Roll back, and send that one.
    """
    values = {"principal_id": principal_id, "route": route, "key": key, "created_at": now, **vars(stored)}
    new = insert(idempotency).values(values).on_conflict_do_nothing().returning(idempotency.c.key)
    if connection.execute(new).first() is None:
        raise KeyTakenError(route)


_INSERT = text("""
    WITH answer AS (
        INSERT INTO answers (
            answer_id, received_at, principal_id, task, as_of, workflow_name, workflow_instance, workflow_step,
            workflow_requester, model_version, policy_version, event_id
        ) VALUES (
            :answer_id, :received_at, :principal_id, :task, :as_of, :workflow_name, :workflow_instance, :workflow_step,
            :workflow_requester, :model_version, :policy_version, :event_id
        )
    )
    INSERT INTO recommendations (
        jti, answer_id, subject_id, task, action, params, requires, workflow_version, issued_at, expires_at
    )
    SELECT jti, :answer_id, subject_id, task, action, params, requires, workflow_version, issued_at, expires_at
    FROM unnest(
        CAST(:jtis AS uuid[]), CAST(:subject_ids AS text[]), CAST(:tasks AS text[]), CAST(:actions AS text[]),
        CAST(:params AS jsonb[]), CAST(:requires AS jsonb[]), CAST(:versions AS integer[]),
        CAST(:issues AS timestamptz[]), CAST(:expiries AS timestamptz[])
    ) AS given (jti, subject_id, task, action, params, requires, workflow_version, issued_at, expires_at)
""")
