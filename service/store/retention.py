"""What is old enough goes: answers, events and exceptions with all that hangs on them, and stored responses.

The audit chain is kept whole.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from ledger.audit import Entry, append
from ledger.database import reached
from ledger.record import transaction

APPLIED = "retention_applied"
ROWS_A_BATCH = 5_000
_ONE_REMOVER = 0x72657461
"""The advisory lock of whoever removes ("reta" in ASCII)."""

Counts = Mapping[str, int]


@dataclass(frozen=True)
class Limits:
    """How long answers, with what hangs on them, events, exceptions and webhooks are kept, and how long responses."""

    answers: timedelta
    responses: timedelta


def apply_retention(
    engine: Engine, home: Path, limits: Limits, *, now: datetime, rows_a_batch: int = ROWS_A_BATCH
) -> Counts:
    """Remove what is older than its limit at ``now``, by table how much.

    In batches, each a transaction with a row in the audit chain, so that nobody is kept waiting; what an interruption
    leaves goes the next time. Where another process is at it, nothing is removed here. Raises LedgerError.
    """
    total: dict[str, int] = {}
    for counts in _batches(engine, home, limits, now, rows_a_batch):
        total = {name: total.get(name, 0) + count for name, count in counts.items()}
    return total


def _batches(engine: Engine, home: Path, limits: Limits, now: datetime, rows: int) -> Iterator[Counts]:
    before = {"answers_before": now - limits.answers, "responses_before": now - limits.responses}
    while True:
        with reached(engine), transaction(engine, home) as connection:
            counts = _remove(connection, {**before, "rows": rows}) if _alone(connection) else {}
            if not any(counts.values()):
                return
            said = {name: instant.isoformat() for name, instant in before.items()}
            append(connection, [Entry(APPLIED, {**said, "removed": dict(counts)})], now=now)
        yield counts


def _alone(connection: Connection) -> bool:
    query = text("SELECT pg_try_advisory_xact_lock(:lock)")
    return bool(connection.execute(query, {"lock": _ONE_REMOVER}).scalar_one())


def _remove(connection: Connection, parameters: Mapping[str, object]) -> Counts:
    connection.execute(_OLD, parameters)
    counts = {name: connection.execute(text(statement), parameters).rowcount for name, statement in _REMOVE.items()}
    connection.execute(text("DROP TABLE old_answers"))
    return counts


_OLD = text("""
    CREATE TEMPORARY TABLE old_answers ON COMMIT DROP AS
    SELECT answer_id FROM answers WHERE received_at < :answers_before ORDER BY received_at LIMIT :rows
""")
_JTIS = "(SELECT jti FROM recommendations WHERE answer_id IN (SELECT answer_id FROM old_answers))"
_OLD_EXCEPTIONS = """
    SELECT exception_id FROM exceptions WHERE updated_at < :answers_before ORDER BY updated_at LIMIT :rows
"""
"""Nothing found them, and nobody decided on them, for as long as answers are kept."""
_OLD_EVENTS = """
    SELECT event_id FROM events WHERE received_at < :answers_before AND status <> 'accepted'
    ORDER BY received_at LIMIT :rows
"""
_REMOVE = {
    "alerts": f"""
        DELETE FROM alerts WHERE ctid IN (
            SELECT ctid FROM alerts WHERE given_at < :answers_before ORDER BY given_at LIMIT :rows
        ) OR (given_at < :answers_before AND jti IN {_JTIS})
    """,  # noqa: S608 - fixed texts
    "decisions": f"DELETE FROM decisions WHERE jti IN {_JTIS}",  # noqa: S608 - fixed texts
    "outcomes": f"DELETE FROM recommendation_outcomes WHERE jti IN {_JTIS}",  # noqa: S608 - fixed texts
    "recommendations": "DELETE FROM recommendations WHERE answer_id IN (SELECT answer_id FROM old_answers)",
    "answers": "DELETE FROM answers WHERE answer_id IN (SELECT answer_id FROM old_answers)",
    "troubles": """
        DELETE FROM troubles WHERE trouble_id IN (
            SELECT trouble_id FROM troubles WHERE resolved_at < :answers_before ORDER BY resolved_at LIMIT :rows
        )
    """,
    "exceptions": f"""
        WITH old AS ({_OLD_EXCEPTIONS}),
            decided AS (DELETE FROM exception_decisions WHERE exception_id IN (SELECT * FROM old)),
            led AS (DELETE FROM event_exceptions WHERE exception_id IN (SELECT * FROM old)),
            found AS (DELETE FROM troubles WHERE exception_id IN (SELECT * FROM old))
        DELETE FROM exceptions WHERE exception_id IN (SELECT * FROM old)
    """,  # noqa: S608 - fixed texts
    "exception decisions": """
        DELETE FROM exception_decisions WHERE decision_id IN (
            SELECT decision_id FROM exception_decisions WHERE decided_at < :answers_before
            ORDER BY decided_at LIMIT :rows
        )
    """,
    "events": f"""
        WITH old AS ({_OLD_EVENTS}), led AS (DELETE FROM event_exceptions WHERE event_id IN (SELECT * FROM old))
        DELETE FROM events WHERE event_id IN (SELECT * FROM old)
    """,  # noqa: S608 - fixed texts
    "deliveries": """
        DELETE FROM deliveries WHERE delivery_id IN (
            SELECT delivery_id FROM deliveries WHERE created_at < :answers_before ORDER BY created_at LIMIT :rows
        )
    """,
    "responses": """
        DELETE FROM idempotency WHERE (principal_id, route, key) IN (
            SELECT principal_id, route, key FROM idempotency WHERE created_at < :responses_before
            ORDER BY created_at LIMIT :rows
        )
    """,
}
"""In this order: what refers to a recommendation goes before it."""
