"""What time alone does to exceptions: a snooze runs out, and what nobody can turn any more lapses."""

import datetime as dt

from sqlalchemy import Connection, text

from service.inbox.finding import Change, Changed
from service.inbox.states import Status, left, raised, ran_out
from service.store.alerts import take_turns
from service.store.exceptions import NONE_LEFT, locked_exceptions, totals_of, update_exceptions
from service.triage_settings import TriageSettings

LAPSED = "its point of no return has passed, and nothing has found it again since"


def tend(connection: Connection, triage: TriageSettings, *, now: dt.datetime) -> list[Changed]:
    """Raise what was snoozed until an instant that has come, and end troubles that lapsed; in the caller's transaction.

    A trouble lapses `TriageSettings.lapse_days` after its point of no return where it was not found since. Nothing is
    done twice, however often this runs.
    """
    take_turns(connection)
    before = now - dt.timedelta(days=triage.lapse_days)
    lapsed = connection.execute(_LAPSE, {"before": before, "now": now, "why": LAPSED}).all()
    ids = {row.exception_id for row in lapsed}
    ids |= set(connection.execute(_RAN_OUT, {"now": now}).scalars())
    connection.execute(_NEXT, {"now": now})
    totals = totals_of(connection, ids, unknown_money=triage.unknown_money, now=now)
    changed, rows = [], []
    exceptions = {each.exception_id: each for each in (locked_exceptions(connection, ids, []) if ids else [])}
    for row in lapsed:
        weight = triage.unknown_money if row.amount is None else row.amount
        left(exceptions[row.exception_id], weight, row.first_found_at)
    for stored in exceptions.values():
        total, change = totals.get(stored.exception_id, NONE_LEFT), Change.MERGED
        stored.version += 1
        stored.updated_at = now
        if not total.troubles:
            stored.before_resolved, stored.status, change = stored.status, Status.RESOLVED, Change.RESOLVED
        elif ran_out(stored, now):
            raised(stored, now)
            change = Change.RAISED
        changed.append(Changed(stored.exception_id, change, stored.version))
        rows.append((stored, total))
    update_exceptions(connection, rows)
    return changed


_LAPSE = text("""
    UPDATE troubles SET resolved_at = :now, resolved_why = :why
    WHERE resolved_at IS NULL AND deadline < :before AND found_at < :before
    RETURNING exception_id, amount, first_found_at
""")
_NEXT = text("""
    UPDATE exceptions SET deadline = later.deadline
    FROM (
        SELECT exception_id, min(deadline) AS deadline FROM troubles
        WHERE resolved_at IS NULL AND deadline >= :now GROUP BY exception_id
    ) AS later
    WHERE later.exception_id = exceptions.exception_id AND status <> 'resolved' AND exceptions.deadline < :now
""")
"""What one trouble's point of no return has passed by has another one ahead."""
_RAN_OUT = text("SELECT exception_id FROM exceptions WHERE status = 'snoozed' AND snoozed_until <= :now")
