"""Alerts that were given and still count, and the taking of new ones so that no budget is ever exceeded."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, text

from models.actions import ActionKind
from service.gate.alerts import Alert, AlertKey, AlertsGiven
from service.gate.recommendation import Recommendation
from service.gate.workflow import Per
from service.store.errors import BudgetSpentError

_ONE_TAKER = 0x616C6572
"""The advisory lock ("aler" in ASCII) of whoever takes from budgets, so that two never take the last one, or writes
exceptions, so that one cause never has two."""


def alerts_given(connection: Connection, keys: Mapping[AlertKey, timedelta], *, now: datetime) -> AlertsGiven:
    """The alerts in these budgets whose time has not passed; a budget of which none is left is absent."""
    if not keys:
        return {}
    given: dict[AlertKey, frozenset[Alert]] = {}
    for row in connection.execute(_GIVEN, _columns(keys, now)):
        key = AlertKey(row.workflow, ActionKind(row.kind), Per(row.per), row.about)
        given[key] = given.get(key, frozenset()) | {Alert(row.instance, row.step, row.action, row.subject)}
    return given


def take(connection: Connection, recommendations: Sequence[Recommendation], *, now: datetime) -> None:
    """Count the alerts of these recommendations, in the transaction that stores them.

    Raises:
        BudgetSpentError: another call took what was left since the budgets were looked at. Roll back, and judge again.
    """
    counted = {(each.key, each.alert): (each, said.jti) for said in recommendations for each in said.counted}
    if not counted:
        return
    take_turns(connection)
    rows = [
        {
            "workflow": key.workflow, "kind": key.kind, "per": key.per, "about": key.about, "instance": alert.instance,
            "step": alert.step, "action": alert.action, "subject": alert.subject, "jti": UUID(jti), "now": now,
        }
        for (key, alert), (_, jti) in sorted(counted.items(), key=lambda item: item[0])
    ]  # fmt: skip
    connection.execute(_TAKE, rows)
    most = {each.key: each.at_most for each, _ in counted.values()}
    keys = {each.key: each.within for each, _ in counted.values()}
    for key, alerts in alerts_given(connection, keys, now=now).items():
        if len(alerts) > most[key]:
            raise BudgetSpentError


def give_back(connection: Connection, jti: UUID) -> int:
    """A recommendation was withdrawn: its alerts no longer count, unless another one gives them, too. How many."""
    take_turns(connection)
    return connection.execute(text("DELETE FROM alerts WHERE jti = :jti"), {"jti": jti}).rowcount


def take_turns(connection: Connection) -> None:
    """Wait until nobody else takes from budgets or writes exceptions, until the transaction ends.

    Whoever writes exceptions takes this turn first, so that the groups of two processes never wait for each other.
    """
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ONE_TAKER})


def _columns(keys: Mapping[AlertKey, timedelta], now: datetime) -> dict[str, list[object]]:
    return {
        "workflows": [key.workflow for key in keys],
        "kinds": [key.kind for key in keys],
        "pers": [key.per for key in keys],
        "abouts": [key.about for key in keys],
        "since": [now - within for within in keys.values()],
    }


_GIVEN = text("""
    SELECT DISTINCT alerts.workflow, alerts.kind, alerts.per, alerts.about, instance, step, action, subject
    FROM alerts JOIN unnest(
        CAST(:workflows AS text[]), CAST(:kinds AS text[]), CAST(:pers AS text[]), CAST(:abouts AS text[]),
        CAST(:since AS timestamptz[])
    ) AS asked (workflow, kind, per, about, since) USING (workflow, kind, per, about)
    WHERE alerts.given_at > asked.since
""")
_TAKE = text("""
    INSERT INTO alerts (workflow, kind, per, about, instance, step, action, subject, jti, given_at)
    VALUES (:workflow, :kind, :per, :about, :instance, :step, :action, :subject, :jti, :now)
""")
