"""Where kill switches are turned: by the gate's leave, in one transaction with the audit row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from ledger.audit import append
from ledger.principals import Principal
from ledger.pseudonyms import reference
from ledger.record import transaction
from models.catalog import TASKS
from service.gate.gate import Gate
from service.gate.switch import Scope, SwitchFacts, Turn
from service.gate.verdict import Verdict
from service.store.switches import KillSwitch, locked, switches, turn
from service.triage.decision_evidence import switched


class UnknownSwitch(Exception):
    """No task or workflow of that name; ``names`` are those that there are."""

    def __init__(self, scope: Scope, names: tuple[str, ...]) -> None:
        self.scope = scope
        self.names = names
        super().__init__(f"no such {scope}; expected one of {', '.join(names)}")


@dataclass(frozen=True)
class Turning:
    """Which switch somebody wants to turn, which way, and why."""

    scope: Scope
    name: str
    turn: Turn
    reason: str
    caller: Principal


def kill_switches(engine: Engine, gate: Gate) -> dict[tuple[Scope, str], KillSwitch | None]:
    """Every switch there is, by scope and name; None where it was never turned."""
    with engine.connect() as connection:
        turned = {(each.scope, each.name): each for each in switches(connection)}
    untouched: Mapping[tuple[Scope, str], None] = {
        (scope, name): None for scope in Scope for name in _names(gate, scope)
    }
    return dict(sorted({**untouched, **turned}.items()))


def turn_switch(engine: Engine, home: Path, gate: Gate, wanted: Turning, *, now: datetime) -> KillSwitch | Verdict:
    """The switch as it stands afterwards, or why it may not be turned, which is recorded as well.

    One that stands that way already is left as it is, and whoever stopped it first remains who stopped it. Raises
    UnknownSwitch for a name that no task or workflow has and no switch bears.
    """
    caller = wanted.caller
    with engine.begin() as connection:
        key = reference(connection, caller.principal_id)
    with transaction(engine, home) as connection:
        before = locked(connection, wanted.scope, wanted.name)
        names = _names(gate, wanted.scope)
        if before is None and wanted.name not in names:
            raise UnknownSwitch(wanted.scope, names)
        stopped_by = before.principal_id if before is not None and before.stopped else None
        asked = SwitchFacts(wanted.scope, wanted.name, wanted.turn, caller.principal_id, caller.api_role, stopped_by)
        verdict = gate.may_switch(asked)
        if verdict.permitted and before is not None and before.stopped is (wanted.turn is Turn.STOP):
            return before
        said: KillSwitch | Verdict = verdict
        if verdict.permitted:
            said = KillSwitch(
                wanted.scope, wanted.name, wanted.turn is Turn.STOP, caller.principal_id, wanted.reason, now
            )
            turn(
                connection, wanted.scope, wanted.name, wanted.turn,
                principal_id=caller.principal_id, reason=wanted.reason, now=now,
            )  # fmt: skip
        append(connection, [switched(asked, verdict, caller, wanted.reason, key)], now=now)
        return said


def _names(gate: Gate, scope: Scope) -> tuple[str, ...]:
    workflows = gate.workflows.by_name
    if scope is Scope.WORKFLOW:
        return tuple(sorted(workflows))
    proposing = {task for workflow in workflows.values() for task in workflow.tasks}
    return tuple(sorted(proposing | set(TASKS)))
