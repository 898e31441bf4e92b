"""What waits for a worker, whichever takes it: how much, and for how long."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, text

EVENTS: Final = "events"
WEBHOOKS: Final = "webhooks"

LONG_SECONDS = 60.0
"""What has waited longer is said of the service: its workers are too few, or none is there."""


@dataclass(frozen=True)
class Waiting:
    """``oldest_seconds`` is 0 where nothing waits."""

    count: int
    oldest_seconds: float

    @property
    def is_long(self) -> bool:
        """Whether somebody should look."""
        return self.oldest_seconds > LONG_SECONDS


def backlog(connection: Connection) -> dict[str, Waiting]:
    """The events that are not settled, and the deliveries whose next attempt is due."""
    row = connection.execute(_BACKLOG).one()
    return {
        EVENTS: Waiting(row.events, float(row.oldest_event)),
        WEBHOOKS: Waiting(row.deliveries, float(row.oldest_delivery)),
    }


_BACKLOG = text("""
    SELECT e.*, d.* FROM
        (SELECT count(*) AS events,
                coalesce(extract(epoch FROM clock_timestamp() - min(received_at)), 0) AS oldest_event
         FROM events WHERE status = 'accepted') AS e,
        (SELECT count(*) AS deliveries,
                coalesce(extract(epoch FROM clock_timestamp() - min(next_at)), 0) AS oldest_delivery
         FROM deliveries WHERE status = 'pending' AND next_at <= clock_timestamp()) AS d
""")
