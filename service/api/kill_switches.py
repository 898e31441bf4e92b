"""``/v1/kill-switches``: what is stopped, and the stopping of it."""

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from service.api.auth import guarded_router
from service.api.dependencies import Caller, UsedServices
from service.api.problems import declared
from service.errors import NotFound, WithheldByGate
from service.gate.switch import Scope, Turn
from service.gate.verdict import Verdict
from service.store.switches import KillSwitch
from service.triage.switching import Turning, UnknownSwitch, kill_switches, turn_switch

router = guarded_router()


class SwitchRequest(BaseModel):
    """How the switch is to stand, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    stopped: bool = Field(strict=True)
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)] = Field(
        description="for all to read: name no person", examples=["Reminders reach people who are on leave."]
    )


class SwitchShown(BaseModel):
    """A kill switch and who turned it last. ``by`` is null for readers who may turn none, and all where nobody did."""

    model_config = ConfigDict(extra="forbid")

    scope: Scope
    name: str = Field(examples=["missing_time"])
    stopped: bool
    by: str | None
    reason: str | None
    changed_at: dt.datetime | None


class SwitchesShown(BaseModel):
    """Every task and workflow that can be stopped."""

    model_config = ConfigDict(extra="forbid")

    kill_switches: list[SwitchShown]


@router.get("/v1/kill-switches", summary="What is stopped?", tags=["kill switches"])
def list_switches(services: UsedServices, caller: Caller) -> SwitchesShown:
    """Every switch, turned or not."""
    gate = services.gate.current
    named = caller.api_role in gate.tables.may_switch
    found = kill_switches(services.engine, gate)
    return SwitchesShown(
        kill_switches=[_shown(scope, name, switch, named=named) for (scope, name), switch in found.items()]
    )


@router.put(
    "/v1/kill-switches/{scope}/{name}",
    summary="Stop a task or a workflow, or let it go on",
    tags=["kill switches"],
    responses=declared(NotFound, WithheldByGate),
)
def put_switch(scope: Scope, name: str, request: SwitchRequest, services: UsedServices, caller: Caller) -> SwitchShown:
    """One person stops at once; another one lets it go on.

    While it is stopped nothing is predicted, recommended, accepted or acted on: what stood and what was accepted is
    ``stopped``.
    Recorded, as is a refusal. A switch that stands that way already is left as it is.
    """
    turn = Turn.STOP if request.stopped else Turn.RESUME
    wanted = Turning(scope, name, turn, request.reason, caller)
    try:
        said = turn_switch(
            services.engine, services.settings.home, services.gate.current, wanted, now=dt.datetime.now(dt.UTC)
        )
    except UnknownSwitch as unknown:
        raise NotFound(f"No such {unknown.scope}; expected one of {', '.join(unknown.names)}.") from None
    if isinstance(said, Verdict):
        raise WithheldByGate(said)
    return _shown(scope, name, said, named=True)


def _shown(scope: Scope, name: str, switch: KillSwitch | None, *, named: bool) -> SwitchShown:
    if switch is None:
        return SwitchShown(scope=scope, name=name, stopped=False, by=None, reason=None, changed_at=None)
    return SwitchShown(
        scope=scope,
        name=name,
        stopped=switch.stopped,
        by=switch.principal_id if named else None,
        reason=switch.reason,
        changed_at=switch.changed_at,
    )
