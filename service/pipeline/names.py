"""The names under which durable work is kept in the database: what waits there outlives the process that named it."""

from typing import Final

SCHEMA: Final = "dbos"
"""The schema of our own database in which DBOS keeps its tables."""

APPLICATION: Final = "bellwether"
VERSION: Final = "1"
"""Raised when work that an older version has queued could no longer be done; the older version's workers then do it."""

EVENTS: Final = "events"
WEBHOOKS: Final = "webhooks"
SCHEDULED: Final = "scheduled"
"""The queues."""

PROCESS_EVENT: Final = "process_event"
DELIVER: Final = "deliver"
RUN_SCHEDULE: Final = "run_schedule"
"""The workflows. Only ids are handed to them, for what they are handed is stored."""
