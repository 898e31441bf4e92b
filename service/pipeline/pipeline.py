"""How durable work is handed over: queued in the very transaction that makes it necessary, or not at all."""

import datetime as dt
from collections.abc import Iterable, Sequence
from uuid import UUID

from dbos import DBOSClient, EnqueueOptions
from sqlalchemy import Connection, Engine, select

from service.pipeline.dbos_log import quiet
from service.pipeline.names import APPLICATION, DELIVER, EVENTS, PROCESS_EVENT, SCHEMA, WEBHOOKS
from service.store.outgoing_tables import deliveries


class Pipeline:
    """Queues work for whichever worker takes it, in the caller's transaction. Only ids are handed over.

    A process without a worker has one too. It holds no connection of its own.
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

    def enqueue_deliveries(
        self, connection: Connection, delivery_ids: Sequence[UUID], *, due: dt.datetime | None = None
    ) -> None:
        """Each delivery's next attempt will be made once this is committed, or when it is ``due``.

        An attempt is a piece of work of its own, named by its number, so that what has to wait does so in the queue and
        on no thread. Those to one subscription share its rate.
        """
        if not delivery_ids:
            return
        wait = 0.0 if due is None else (due - dt.datetime.now(dt.UTC)).total_seconds()
        query = select(deliveries.c.delivery_id, deliveries.c.subscription_id, deliveries.c.attempts)
        for row in connection.execute(query.where(deliveries.c.delivery_id.in_(delivery_ids))).all():
            number = row.attempts + 1
            options = EnqueueOptions(
                workflow_name=DELIVER,
                queue_name=WEBHOOKS,
                workflow_id=f"{row.delivery_id}:{number}",
                queue_partition_key=str(row.subscription_id),
            )
            if wait > 0:
                options["delay_seconds"] = wait
            self._client.enqueue_in_transaction(connection, options, str(row.delivery_id), number)
