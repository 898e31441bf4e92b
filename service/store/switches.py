"""Kill switches as rows: what is stopped now, by whom and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, text
from sqlalchemy.dialects.postgresql import insert

from service.gate.switch import Scope, Turn
from service.store.tables import kill_switches

_SWITCHES = 0x73776974
"""The advisory lock of the switches ("swit" in ASCII): a row that is not there yet cannot be locked."""


@dataclass(frozen=True)
class KillSwitch:
    """How a switch stands. ``principal_id`` is who turned it last."""

    scope: Scope
    name: str
    stopped: bool
    principal_id: str
    reason: str
    changed_at: datetime


def switches(connection: Connection) -> Sequence[KillSwitch]:
    """Every switch that was ever turned, by scope and name."""
    rows = connection.execute(select(kill_switches).order_by(kill_switches.c.scope, kill_switches.c.name))
    return [KillSwitch(**{**row, "scope": Scope(row["scope"])}) for row in rows.mappings()]


def stopped(connection: Connection, scope: Scope, name: str) -> bool:
    """Whether this is stopped now."""
    at = (kill_switches.c.scope == scope) & (kill_switches.c.name == name)
    return connection.execute(select(kill_switches.c.stopped).where(at)).scalar() is True


def locked(connection: Connection, scope: Scope, name: str) -> KillSwitch | None:
    """The switch, which nobody else turns until the transaction ends; None where it was never turned."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _SWITCHES})
    at = (kill_switches.c.scope == scope) & (kill_switches.c.name == name)
    row = connection.execute(select(kill_switches).where(at)).mappings().first()
    return None if row is None else KillSwitch(**{**row, "scope": Scope(row["scope"])})


def hold_still(connection: Connection) -> None:
    """No switch is turned until the transaction ends: what it reads of them holds when it commits."""
    connection.execute(text("SELECT pg_advisory_xact_lock_shared(:lock)"), {"lock": _SWITCHES})


def turn(
    connection: Connection, scope: Scope, name: str, way: Turn, *, principal_id: str, reason: str, now: datetime
) -> None:
    """Turn a switch; the gate was asked before."""
    values = {"stopped": way is Turn.STOP, "principal_id": principal_id, "reason": reason, "changed_at": now}
    new = insert(kill_switches).values(scope=scope, name=name, **values)
    connection.execute(new.on_conflict_do_update(index_elements=["scope", "name"], set_=values))
