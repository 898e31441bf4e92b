"""When a delivery is tried again: soon at first, then over days, each at its own moment, and then no more."""

import datetime as dt
from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

AS_ADVISED = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds between attempts, the first being made at once: ten over about three days, as the Standard Webhooks
specification 1.0.0 lists them under "Deliverability and reliability"."""
LONGEST_WAIT = dt.timedelta(days=1)
"""However long a receiver asks us to stay away."""
_MOST_JITTER = 0.2


def next_attempt(
    delivery_id: UUID, made: int, delays: Sequence[float], *, asked: dt.timedelta | None, now: dt.datetime
) -> dt.datetime | None:
    """When to try again after ``made`` attempts, of which the last failed at ``now``; None when that was the last.

    Up to a fifth is added, by the delivery's id, so that what failed together does not come back together. ``asked`` is
    what the receiver said in Retry-After: it is waited for, up to a day.
    """
    if made > len(delays):
        return None
    drawn = int.from_bytes(sha256(f"{delivery_id}:{made}".encode()).digest()[:4]) / 2**32
    wait = dt.timedelta(seconds=delays[made - 1] * (1 + _MOST_JITTER * drawn))
    return now + max(wait, min(asked or dt.timedelta(), LONGEST_WAIT))
