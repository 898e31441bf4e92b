"""Who is to hear of a change: a delivery for each subscription that wants it, in the transaction of the change itself.

So there is no change that somebody will not hear of, and nobody hears of one that was rolled back.
"""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import Connection

from service.inbox.finding import Change, Changed
from service.outgoing.messages import TYPE_OF, Message, OutgoingType, exception_changed, recommendation_withdrawn
from service.store.deliveries import DeliveryStatus, StoredDelivery, insert_deliveries
from service.store.subscriptions import wanting
from service.store.told import told_exceptions, told_recommendation


def announce(connection: Connection, changed: Sequence[Changed], *, source: str, now: dt.datetime) -> list[UUID]:
    """Keeps a delivery of each change for whoever wants it; their ids, for the queue that carries them out.

    Of several changes of one exception in this transaction the last is told, and that it was opened if it was.
    ``source`` is the issuer of this deployment.
    """
    last = _last(changed)
    wanted = wanting(connection, {TYPE_OF[each.change] for each in last}) if last else {}
    if not wanted:
        return []
    told = told_exceptions(connection, [each.exception_id for each in last])
    messages = [exception_changed(each, told[each.exception_id], source=source, now=now) for each in last]
    return keep(
        connection, [(to, each) for to, types in wanted.items() for each in messages if each.type in types], now
    )


def announce_withdrawn(connection: Connection, jti: UUID, *, source: str, now: dt.datetime) -> list[UUID]:
    """As `announce`, of a recommendation that was withdrawn; nothing where there is none."""
    wanted = wanting(connection, {OutgoingType.RECOMMENDATION_WITHDRAWN})
    told = told_recommendation(connection, jti) if wanted else None
    if told is None:
        return []
    message = recommendation_withdrawn(told, source=source, now=now)
    return keep(connection, [(to, message) for to in wanted], now)


def keep(connection: Connection, addressed: Sequence[tuple[UUID, Message]], now: dt.datetime) -> list[UUID]:
    """Keeps a delivery of each message to the subscription beside it; their ids, in this order."""
    new = [
        StoredDelivery(
            delivery_id=uuid4(),
            subscription_id=to,
            type=message.type,
            about=message.about,
            body=message.body,
            status=DeliveryStatus.PENDING,
            attempts=0,
            attempts_before=0,
            created_at=now,
            next_at=now,
            last_status=None,
            last_error=None,
            settled_at=None,
        )
        for to, message in addressed
    ]
    insert_deliveries(connection, new)
    return [each.delivery_id for each in new]


def _last(changed: Sequence[Changed]) -> list[Changed]:
    last: dict[tuple[UUID, bool], Changed] = {}
    for each in changed:
        place = (each.exception_id, each.change is Change.DECIDED)
        opened = place in last and last[place].change is Change.OPENED
        last[place] = Changed(each.exception_id, Change.OPENED if opened else each.change, each.version)
    return list(last.values())
