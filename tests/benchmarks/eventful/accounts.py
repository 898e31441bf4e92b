"""What has to add up afterwards, asked of the database without the service's own code."""

from collections.abc import Collection

from sqlalchemy import Connection, text


def unaccounted(connection: Connection, acknowledged: Collection[str]) -> int:
    """Acknowledged events that are missing, not settled, or settled without an exception and without a reason."""
    return _number(
        connection,
        """
        SELECT count(*) FROM unnest(CAST(:ids AS uuid[])) AS given (event_id) LEFT JOIN events USING (event_id)
        WHERE status IS NULL OR status = 'accepted' OR (
            NOT EXISTS (SELECT FROM event_exceptions WHERE event_exceptions.event_id = given.event_id)
            AND (status = 'failed' OR coalesce(why, '') = ''))
        """,
        ids=list(acknowledged),
    )


def failed(connection: Connection) -> int:
    """Events that nobody could look at."""
    return _number(connection, "SELECT count(*) FROM events WHERE status = 'failed'")


def twice(connection: Connection) -> int:
    """Causes with two open exceptions, subjects with two open troubles, and events that were answered twice."""
    return _number(
        connection,
        """
        SELECT (SELECT count(*) FROM (
                    SELECT FROM exceptions WHERE status <> 'resolved'
                    GROUP BY cause_kind, cause_key, part HAVING count(*) > 1) AS a)
             + (SELECT count(*) FROM (
                    SELECT FROM troubles WHERE resolved_at IS NULL GROUP BY task, subject_id HAVING count(*) > 1) AS b)
             + (SELECT count(*) FROM (
                    SELECT FROM answers WHERE event_id IS NOT NULL GROUP BY event_id, task HAVING count(*) > 1) AS c)
        """,
    )


def changes(connection: Connection) -> int:
    """Changes of exceptions that events made, as the audit chain tells."""
    return _number(
        connection,
        """
        SELECT coalesce(sum(jsonb_array_length(payload::jsonb -> 'changes')), 0) FROM audit
        WHERE kind = 'exceptions_changed' AND seq > (SELECT coalesce(max(seq), 0) FROM audit WHERE kind = 'key_created')
        """,
    )


def to_deliver(connection: Connection) -> list[str]:
    """The ids of all deliveries."""
    return [str(each) for each in connection.execute(text("SELECT delivery_id FROM deliveries")).scalars()]


def undelivered(connection: Connection) -> int:
    """Deliveries that are still to be made."""
    return _number(connection, "SELECT count(*) FROM deliveries WHERE status <> 'delivered'")


def _number(connection: Connection, query: str, **given: object) -> int:
    return int(connection.execute(text(query), given).scalar_one())
