"""Kill switches as rows: what is stopped now, by whom and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

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


class Stops(NamedTuple):
    """What of a task in a workflow is stopped."""

    task: bool
    workflow: bool


def switches(connection: Connection) -> Sequence[KillSwitch]:
    """Every switch that was ever turned, by scope and name."""
    rows = connection.execute(select(kill_switches).order_by(kill_switches.c.scope, kill_switches.c.name))
    return [KillSwitch(**{**row, "scope": Scope(row["scope"])}) for row in rows.mappings()]


def stops(connection: Connection, *, task: str, workflow: str | None) -> Stops:
    """Whether the task and the workflow (None: none) are stopped now; one look for both."""
    switch = kill_switches.c
    either = ((switch.scope == Scope.TASK) & (switch.name == task)) | (
        (switch.scope == Scope.WORKFLOW) & (switch.name == workflow)
    )
    found = set(connection.execute(select(switch.scope).where(switch.stopped & either)).scalars())
    return Stops(task=Scope.TASK in found, workflow=Scope.WORKFLOW in found)


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
