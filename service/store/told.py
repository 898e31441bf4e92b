"""What subscribers are told of exceptions and recommendations: where they belong, by ids, and nothing judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, text

MOST_LISTED = 50
"""Of each list in a message, the newest; what else there is, the exception itself shows."""


@dataclass(frozen=True)
class ToldException:
    """An exception without its money, its reasons and its persons. ``events`` are those that came in and led to it."""

    exception_id: UUID
    status: str
    cause_kind: str
    owner_role: str | None
    workflows: Sequence[Mapping[str, str]]
    tasks: Sequence[str]
    events: Sequence[Mapping[str, str]]
    recommendations: Sequence[str]


@dataclass(frozen=True)
class ToldRecommendation:
    """A recommendation without what it recommends."""

    jti: UUID
    task: str
    workflow: Mapping[str, str]


def told_exceptions(connection: Connection, exception_ids: Sequence[UUID]) -> Mapping[UUID, ToldException]:
    """These exceptions as they are now, within the caller's transaction."""
    rows = connection.execute(_EXCEPTIONS, {"ids": list(exception_ids), "most": MOST_LISTED}).mappings()
    return {row["exception_id"]: ToldException(**row) for row in rows}


def told_recommendation(connection: Connection, jti: UUID) -> ToldRecommendation | None:
    """The recommendation with this id; None where there is none."""
    row = connection.execute(_RECOMMENDATION, {"jti": jti}).mappings().first()
    return None if row is None else ToldRecommendation(**row)


_PLACE = "jsonb_build_object('name', workflow_name, 'instance', workflow_instance, 'step', workflow_step)"


def _newest(value: str, rows: str, at: str) -> str:
    """A JSON list of the different values of these rows, each as new as its newest row, the newest first."""
    return f"""
        (SELECT coalesce(jsonb_agg(value ORDER BY at DESC, value), '[]') FROM (
            SELECT {value} AS value, max({at}) AS at FROM {rows} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT :most
        ) AS newest)
    """  # noqa: S608 - fixed texts


_TROUBLES = "troubles WHERE troubles.exception_id = exceptions.exception_id"
_EXCEPTIONS = text(f"""
    SELECT exception_id, status, cause_kind, owner_role,
        {_newest(_PLACE, _TROUBLES, "found_at")} AS workflows,
        {_newest("to_jsonb(task)", _TROUBLES, "found_at")} AS tasks,
        {
    _newest(
        "jsonb_build_object('event_id', event_id, 'source', source, 'id', id)",
        '''events WHERE event_id IN (
                SELECT event_id FROM event_exceptions WHERE event_exceptions.exception_id = exceptions.exception_id
                UNION SELECT troubles.event_id FROM troubles WHERE troubles.exception_id = exceptions.exception_id
            )''',
        "received_at",
    )
} AS events,
        {
    _newest(
        "to_jsonb(jti)",
        '''troubles JOIN recommendations USING (answer_id, subject_id)
               WHERE troubles.exception_id = exceptions.exception_id AND coalesce(resolved_at, withdrawn_at) IS NULL''',
        "issued_at",
    )
} AS recommendations
    FROM exceptions WHERE exception_id = ANY(:ids)
""")  # noqa: S608 - fixed texts
_RECOMMENDATION = text(f"""
    SELECT jti, recommendations.task, {_PLACE} AS workflow FROM recommendations JOIN answers USING (answer_id)
    WHERE jti = :jti
""")  # noqa: S608 - fixed texts
