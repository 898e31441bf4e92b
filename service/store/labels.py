"""Labels out of what was recommended, decided and reported: see ``models.labels``, which says what each column is."""

import polars as pl
from sqlalchemy import Connection, text

from models.labels import LABELS


def labels(connection: Connection) -> pl.DataFrame:
    """All labels, by task and instant. A decision on an exception counts for what was recommended before it."""
    rows = connection.execute(_LABELS).all()
    return pl.DataFrame([tuple(row) for row in rows], schema=dict(LABELS), orient="row")


_DECIDED = """
    SELECT kind, decided_at, reason_code FROM exception_decisions
    WHERE exception_id = {exception_id} AND decided_at >= {since} AND kind IN ('accept', 'dismiss', 'contest')
    ORDER BY decided_at LIMIT 1
"""
"""What people decided next on the exception in which it was shown."""

_LABELS = text(f"""
    SELECT r.task, r.subject_id, a.as_of, CAST(r.answer_id AS text), a.model_version, t.probability,
        CAST(r.jti AS text), r.action, r.issued_at, coalesce(d.kind, e.kind),
        CASE WHEN d.kind IS NULL THEN e.decided_at ELSE d.decided_at END, e.reason_code,
        o.approval, o.work, o.happened_at
    FROM recommendations r JOIN answers a USING (answer_id)
    LEFT JOIN decisions d ON d.jti = r.jti AND d.final
    LEFT JOIN LATERAL (
        SELECT exception_id, CASE WHEN answer_id = r.answer_id THEN probability END AS probability FROM troubles
        WHERE task = r.task AND subject_id = r.subject_id AND first_found_at <= r.issued_at
        ORDER BY first_found_at DESC LIMIT 1
    ) t ON true
    LEFT JOIN LATERAL ({_DECIDED.format(exception_id="t.exception_id", since="r.issued_at")}) e ON true
    LEFT JOIN LATERAL (
        SELECT approval, work, happened_at FROM recommendation_outcomes WHERE jti = r.jti
        ORDER BY reported_at DESC LIMIT 1
    ) o ON true
    UNION ALL
    SELECT t.task, t.subject_id, t.as_of, CAST(t.answer_id AS text), a.model_version, t.probability,
        NULL, NULL, NULL, e.kind, e.decided_at, e.reason_code, NULL, NULL, NULL
    FROM troubles t JOIN answers a USING (answer_id)
    LEFT JOIN LATERAL ({_DECIDED.format(exception_id="t.exception_id", since="t.found_at")}) e ON true
    WHERE NOT EXISTS (
        SELECT FROM recommendations r WHERE r.answer_id = t.answer_id AND r.subject_id = t.subject_id
    )
    ORDER BY 1, 3, 2, 7
""")  # noqa: S608 - fixed texts
