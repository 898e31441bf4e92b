"""How durable work is handed over: queued in the very transaction that makes it necessary, or not at all."""

from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Self
from uuid import UUID

from dbos import DBOSClient, EnqueueOptions
from sqlalchemy import Connection, Engine

from service.pipeline.dbos_log import quiet
from service.pipeline.names import APPLICATION, DELIVER, EVENTS, PROCESS_EVENT, SCHEMA, WEBHOOKS
from service.store.deliveries import next_numbers


class Pipeline:
    """Queues work for whichever worker takes it. All methods write in the caller's transaction, and only ids.

    A process without a worker has one too. Use as a context manager, or close it.
    """

    def __init__(self, engine: Engine) -> None:
        quiet()
        self._client = DBOSClient(
            system_database_engine=engine, dbos_system_schema=SCHEMA, application_name=APPLICATION, lazy=True
        )

    def enqueue_events(self, connection: Connection, event_ids: Iterable[UUID]) -> None:
        """Each event will be processed once this is committed. One that is queued already stays as it is."""
        for event_id in event_ids:
            options = EnqueueOptions(workflow_name=PROCESS_EVENT, queue_name=EVENTS, workflow_id=str(event_id))
            self._client.enqueue_in_transaction(connection, options, str(event_id))

    def enqueue_deliveries(self, connection: Connection, delivery_ids: Sequence[UUID]) -> None:
        """Each delivery gets its next attempt once this is committed; an attempt is a workflow of its own."""
        for delivery_id, number in next_numbers(connection, delivery_ids).items():
            options = EnqueueOptions(workflow_name=DELIVER, queue_name=WEBHOOKS, workflow_id=f"{delivery_id}:{number}")
            self._client.enqueue_in_transaction(connection, options, str(delivery_id), number)

    def close(self) -> None:
        """Lets go of the client. The engine is the caller's."""
        self._client.destroy()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
